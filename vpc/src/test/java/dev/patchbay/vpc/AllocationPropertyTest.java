package dev.patchbay.vpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.PortOp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Whoever binds and releases in whatever order: an address has one port, and none is lost. */
class AllocationPropertyTest {
  private static final int USABLE = 13; // of a /28: but network, broadcast, gateway

  @Property(tries = 200)
  void everyAddressIsUsedOnceAndComesBack(
      @ForAll List<@IntRange(min = 0, max = 19) Integer> comings) {
    Ports ports = new Ports().subnet("blue", "demo", "10.0.0.0/28", Optional.of("10.0.0.1"), false);
    Set<Integer> there = new HashSet<>();
    Set<String> taken = new HashSet<>();
    for (int who : comings) {
      PortOp.Claim claim = ports.claim(Ports.request("demo"), Ports.holder("pod" + who, "c" + who));
      if (there.remove(who)) {
        taken.removeAll(ports.bound(claim));
        assertThat(ports.release(claim)).isEqualTo(Performed.done());
      } else if (there.size() < USABLE) {
        List<String> addresses = ports.bound(claim);
        assertThat(taken.addAll(addresses)).as("%s is new", addresses).isTrue();
        there.add(who);
      } else {
        assertThat(ports.failed(claim)).isInstanceOf(AttachFailure.PoolExhausted.class);
      }
    }
    assertThat(taken).doesNotContain("10.0.0.0", "10.0.0.1", "10.0.0.15").hasSize(there.size());
    assertThat(ports.subnet("blue").grants()).hasSize(there.size());
  }

  private static List<Performed> atOnce(List<Callable<Performed>> tasks) {
    try (var threads = Executors.newFixedThreadPool(8, Thread.ofPlatform().factory())) {
      List<Performed> outcomes = new ArrayList<>();
      for (Future<Performed> future : threads.invokeAll(tasks)) {
        outcomes.add(future.get());
      }
      return outcomes;
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void ofManyWhoBindOnePortAtOnceExactlyOneWins() {
    Ports ports =
        new Ports()
            .subnet("blue", "demo", "10.0.0.0/24", Optional.empty(), false)
            .port("p1", "blue", Optional.empty());
    List<Callable<Performed>> tasks =
        IntStream.range(0, 16)
            .<Callable<Performed>>mapToObj(n -> {
              PortOp.Claim claim =
                  ports.claim(Ports.requestPort("demo", "p1"), Ports.holder("pod" + n, "c" + n));
              return () -> ports.bind(claim);
            })
            .toList();
    List<Performed> outcomes = atOnce(tasks);
    assertThat(outcomes).filteredOn(Performed.Done.class::isInstance).hasSize(1);
    assertThat(outcomes)
        .filteredOn(Performed.Failed.class::isInstance)
        .allSatisfy(failed ->
            assertThat(((Performed.Failed) failed).why())
                .isInstanceOf(AttachFailure.PortHeld.class));
  }

  @Test
  void ofManyWhoMakePortsAtOnceEachGetsItsOwnAddress() {
    Ports ports = new Ports().subnet("blue", "demo", "10.0.0.0/26", Optional.empty(), false);
    List<Callable<Performed>> tasks =
        IntStream.range(0, 32)
            .<Callable<Performed>>mapToObj(n -> {
              PortOp.Claim claim =
                  ports.claim(Ports.request("demo"), Ports.holder("pod" + n, "c" + n));
              return () -> ports.bind(claim);
            })
            .toList();
    Set<String> addresses = new HashSet<>();
    atOnce(tasks).forEach(done -> addresses.addAll(Ports.addresses(done)));
    assertThat(addresses).hasSize(32);
  }
}
