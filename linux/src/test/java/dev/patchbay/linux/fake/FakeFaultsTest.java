package dev.patchbay.linux.fake;

import static dev.patchbay.linux.fake.Story.NO;
import static dev.patchbay.linux.fake.Story.ref;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.linux.libc.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Faults hit what they were armed for, once, and are counted. */
class FakeFaultsTest {
  private final Story story = new Story();
  private final FakeKernel kernel = story.kernel;
  private final LinkOp veth = story.addVeth(NO, Optional.empty());

  @Test
  void failingOpDoesNotStopTheLaterOnesOfItsBatch() {
    kernel.failNext(op -> op instanceof LinkOp.AddVeth, Errno.ENOBUFS, "no room");
    List<Performed> outcomes =
        kernel.execute(
            List.of(Story.ensureBridge(), veth, story.up(new IfName("lo"))), Bindings.NONE);
    assertThat(outcomes.get(0)).isInstanceOf(Performed.Done.class);
    assertThat(outcomes.get(1))
        .isEqualTo(
            new Performed.Failed(
                new AttachFailure.Kernel(
                    "injected", "ENOBUFS (No buffer space available)", "no room")));
    assertThat(outcomes.get(2)).isInstanceOf(Performed.Done.class);
    assertThat(kernel.dump()).doesNotContain("veth").contains("link lo loopback up");
    story.does(veth);
  }

  @Test
  void nthOpFailsAndNoOther() {
    kernel.failNth(2, Errno.EBUSY, "");
    story.does(Story.ensureBridge());
    assertThat(story.errnoOf(veth)).isEqualTo("EBUSY");
    story.does(veth);
  }

  @Test
  void crashBeforeLeavesTheOpUndoneAndCrashAfterLeavesItDone() {
    kernel.crashBefore(1);
    Crash crash = catchThrowableOfType(Crash.class, () -> story.perform(veth));
    assertThat(crash.op()).isEqualTo(veth);
    assertThat(kernel.dump()).doesNotContain("veth");
    kernel.crashAfter(op -> op instanceof LinkOp.AddVeth);
    story.does(Story.ensureBridge());
    assertThatThrownBy(() -> story.perform(veth)).isInstanceOf(Crash.class);
    assertThat(kernel.dump()).contains("link veth1");
    assertThat(story.bound.link(ref("hostEnd"))).isEmpty();
  }

  @Test
  void crashInsideABatchKeepsWhatWasDoneBefore() {
    kernel.crashBefore(2);
    assertThatThrownBy(() -> kernel.execute(List.of(Story.ensureBridge(), veth), Bindings.NONE))
        .isInstanceOf(Crash.class);
    assertThat(kernel.dump()).contains("link br0").doesNotContain("veth");
  }

  @Test
  void disarmedFaultDoesNotHappen() {
    kernel.crashAfter(1);
    assertThat(kernel.disarm()).isTrue();
    assertThat(kernel.disarm()).isFalse();
    story.does(veth);
    assertThatThrownBy(() -> kernel.crashBefore(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void coverageCountsByKindAndNamesWhatIsMissing() {
    int kinds = LinkOp.class.getPermittedSubclasses().length;
    assertThat(kernel.coverage().missing()).hasSize(2 * kinds);
    story.does(veth);
    story.refuses(veth);
    kernel.crashBefore(1);
    assertThatThrownBy(() -> story.perform(veth)).isInstanceOf(Crash.class);
    assertThat(kernel.coverage().counts()).containsEntry("AddVeth", new Coverage.Count(1, 1, 1));
    assertThat(kernel.coverage().missing())
        .hasSize(2 * kinds - 2)
        .contains("SetUp crashes")
        .doesNotContain("AddVeth fails");
    Coverage twice = kernel.coverage().and(kernel.coverage());
    assertThat(twice.counts().get("AddVeth")).isEqualTo(new Coverage.Count(2, 2, 2));
    assertThat(twice.toString().lines()).hasSize(kinds);
  }

  @Test
  void manyThreadsLoseNothing() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      int from = thread * 25;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> IntStream.range(from, from + 25).forEach(this::addAndDeleteEverySecond)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(kernel.links(Netns.HOST)).hasSize(1 + 50);
    assertThat(kernel.coverage().counts()).containsEntry("AddVeth", new Coverage.Count(100, 0, 0));
  }

  private void addAndDeleteEverySecond(int n) {
    IfName host = new IfName("veth" + n);
    MacAddress mac = new MacAddress("02:00:00:00:01:%02x".formatted(n));
    LinkOp add =
        new LinkOp.AddVeth(
            Netns.HOST,
            host,
            mac,
            story.pod,
            new IfName("net" + n),
            mac,
            NO,
            Optional.empty(),
            ref("h" + n),
            ref("p" + n));
    kernel.execute(List.of(add), Bindings.NONE);
    if (n % 2 == 0) {
      kernel.execute(
          List.of(new LinkOp.DeleteLink(Netns.HOST, host, mac, ref("unbound"))), Bindings.NONE);
    }
  }
}
