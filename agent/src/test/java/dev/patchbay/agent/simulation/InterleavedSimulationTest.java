package dev.patchbay.agent.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.agent.cases.Case;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.reconcile.NodeReconciler.Attached;
import dev.patchbay.agent.reconcile.NodeReconciler.Detached;
import dev.patchbay.agent.reconcile.Wanted;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.plan.DriftCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two or three pods of the same network come and go at the same time, their steps interleaved as a
 * seed decides, while one op fails or kills the agent. Whoever is hit leaves the others whole.
 *
 * <p>{@code -Dpatchbay.simulation.seed=N} runs one seed again; {@code
 * -Dpatchbay.simulation.seeds=N} runs that many.
 */
class InterleavedSimulationTest {
  private static final List<String> SHARING =
      List.of(
          "bridge-gateway",
          "bridge-vlan",
          "bridge-tuning-portmap",
          "bridge-exec-ipam",
          "two-networks",
          "chained-exec",
          "ptp-dual-stack");
  private static final List<Mishap.Kind> KINDS = List.of(Mishap.Kind.values());
  private static final long SEEDS = Long.getLong("patchbay.simulation.seeds", 80);
  private static final OpCoverage COVERAGE = new OpCoverage();

  @TempDir(factory = MemoryFolder.class)
  private Path folder;

  static Stream<Long> seeds() {
    Long one = Long.getLong("patchbay.simulation.seed");
    return one != null ? Stream.of(one) : LongStream.range(0, SEEDS).boxed();
  }

  @AfterAll
  static void showSeeds() {
    System.out.println(
        "Interleaved: seeds 0 to " + (SEEDS - 1) + "; -Dpatchbay.simulation.seed=N replays one");
  }

  /** One seed's world: pods a and b are to come, c is there already and is to go. */
  private static final class World {
    final SimulatedNode node;
    final String before;
    final Wanted first;
    final Wanted second;
    final List<Throwable> troubles = Collections.synchronizedList(new ArrayList<>());
    final List<Attached> attached = Collections.synchronizedList(new ArrayList<>());
    final List<Detached> detached = Collections.synchronizedList(new ArrayList<>());

    World(SimulatedNode node) {
      this.node = node;
      first = node.wantedByAnother("a");
      second = node.wantedByAnother("b");
      Wanted third = node.wantedByAnother("c");
      before = node.state();
      assertThat(node.attach(third)).isInstanceOf(Attached.All.class);
      node.mishap().clear();
    }

    void run(Random random, Mishap.Kind kind) {
      node.mishap().plan(1 + random.nextInt(30), kind);
      Turns.run(
          random,
          node::takeTurns,
          List.of(
              surviving(() -> attached.add(node.attach(first))),
              surviving(() -> attached.add(node.attach(second))),
              surviving(() -> detached.add(node.detach("c")))));
      node.takeTurns(Turns.NONE);
    }

    /** The agent's death ends the thread; anything else is this test's failure. */
    private Runnable surviving(Runnable task) {
      return () -> {
        try {
          task.run();
        } catch (AgentDied _) {
          return;
        } catch (RuntimeException | Error e) {
          troubles.add(e);
        }
      };
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whoeverIsHitLeavesTheOthersWhole(long seed) throws IOException {
    Random random = new Random(seed);
    Case golden = Case.named(SHARING.get(random.nextInt(SHARING.size())));
    Mishap.Kind kind = KINDS.get(random.nextInt(KINDS.size()));
    Path home = Files.createDirectory(folder.resolve("seed-" + seed));
    try (SimulatedNode node = new SimulatedNode(golden, home, COVERAGE)) {
      World world = new World(node);
      world.run(random, kind);
      String when = "seed " + seed + ": " + golden + " " + kind + " " + node.struck();
      assertThat(world.troubles).as(when).isEmpty();
      if (kind.kills() && node.struck().isPresent()) {
        node.restartAgent();
      } else {
        assertThat(world.attached).as(when).hasSize(2);
        // of those who ask for one and the same address only one can have it
        int most = golden.name().equals("two-networks") ? 2 : 1;
        assertThat(refused(world)).as(when).isLessThanOrEqualTo(most);
      }
      node.mishap().clear();
      assertThat(node.recover().left()).as(when).isZero();
      assertThat(node.journal().ofContainer("c")).as(when).isEmpty();
      node.journal().all().forEach(nic -> isWhole(node, nic, when));
      for (String container : List.of("a", "b")) {
        assertThat(node.detach(container)).as(when).isInstanceOf(Detached.Gone.class);
      }
      Aftermath.isAsBefore(node, world.before, when);
    }
  }

  private static long refused(World world) {
    return world.attached.stream().filter(Attached.None.class::isInstance).count();
  }

  private static void isWhole(SimulatedNode node, NicRecord nic, String when) {
    assertThat(nic.state()).as(when).isEqualTo(NicState.ATTACHED);
    nic.planned()
        .result()
        .outline()
        .ifPresent(outline -> {
          var made = outline.in(nic.bound());
          assertThat(DriftCheck.missing(made, node.kernel().observe(nic.netns(), nic.key().nic())))
              .as(when)
              .isEmpty();
          made.links()
              .forEach(link ->
                  assertThat(node.kernel().links(link.netns()))
                      .as(when)
                      .anyMatch(there -> there.index() == link.index()));
        });
    nic.planned()
        .checks()
        .forEach(check ->
            assertThat(node.plugins().held())
                .as(when)
                .contains(
                    "plugin "
                        + check.call().type()
                        + " of "
                        + check.call().containerId()
                        + " "
                        + check.call().ifName()));
  }
}
