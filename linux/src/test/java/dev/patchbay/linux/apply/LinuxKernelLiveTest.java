package dev.patchbay.linux.apply;

import static dev.patchbay.linux.apply.Lab.HOST_END;
import static dev.patchbay.linux.apply.Lab.LEASE;
import static dev.patchbay.linux.apply.Lab.NET1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.AwaitOp;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LinuxKernelLiveTest {
  private Lab lab;

  @BeforeEach
  void makeLab() throws Exception {
    lab = new Lab();
  }

  @AfterEach
  void dropLab() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  /** The host's end goes with the pod's, and that goes when nothing keeps the namespace alive. */
  private boolean hostEndGoes() throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (System.nanoTime() < deadline) {
      if (lab.find(Netns.HOST, HOST_END).isEmpty()) {
        return true;
      }
      Thread.onSpinWait();
    }
    return false;
  }

  @Test
  void noNamespaceSurvivesTheOperationThatTouchedIt() throws Exception {
    lab.lease(List.of(), "10.1.2.3/24", "fd00:9::5/64");
    lab.done(
        lab.veth(Optional.empty()),
        lab.up(),
        lab.configure(LinkOp.RouteStyle.SUBNET),
        new LinkOp.Announce(lab.pod, NET1, LEASE));
    lab.kernel.execute(
        new AwaitOp(
            new AwaitOp.Condition.Carrier(lab.pod, NET1), Duration.ofMillis(1), AwaitOp.Late.FAILS),
        lab.bound);
    lab.deletePod("pod");
    assertThat(lab.find(Netns.HOST, HOST_END)).as("kept alive until closed").isPresent();

    lab.kernel.close();

    assertThat(hostEndGoes()).isTrue();
  }

  @Test
  void observingKeepsNothingAlive() throws Exception {
    lab.done(lab.veth(Optional.empty()));
    lab.kernel.close();
    LinuxHost observer = new LinuxHost(lab.host);
    assertThat(observer.observe(lab.pod, NET1)).isPresent();
    assertThat(observer.identify(lab.pod)).isNotNull();

    lab.deletePod("pod");

    assertThat(hostEndGoes()).isTrue();
  }

  @Test
  void anotherNamespaceUnderThePathIsNotTouched() throws Exception {
    lab.deletePod("pod");
    Netns second = lab.newPod("pod");
    lab.strangersVeth(second, NET1);

    assertThat(lab.refused(new LinkOp.SetUp(lab.pod, NET1)))
        .isEqualTo(new AttachFailure.NetnsGone(lab.pod.path()));
    lab.done(new LinkOp.SetDown(lab.pod, NET1));
  }

  @Test
  void aPlainFileInPlaceOfTheNamespaceIsNoNamespace() throws Exception {
    Path file = Files.createTempFile("plain", "");
    try {
      assertThat(lab.refused(new LinkOp.SetUp(Netns.at(file.toString()), NET1)))
          .isEqualTo(new AttachFailure.NetnsGone(file.toString()));
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void aFailureInABatchDoesNotStopWhatFollows() throws Exception {
    lab.strangersVeth(lab.pod, NET1);

    List<Performed> outcomes =
        lab.kernel.execute(
            List.of(new LinkOp.SetUp(lab.pod, new IfName("nope")), lab.up()), lab.bound);

    assertThat(outcomes.getFirst())
        .isEqualTo(
            new Performed.Failed(
                new AttachFailure.Kernel("set nope up", "ENODEV (No such device)", "")));
    assertThat(outcomes.get(1)).isInstanceOf(Performed.Done.class);
    assertThat(lab.inPod(NET1).isUp()).isTrue();
  }

  @Test
  void whatOtherModulesWillServeIsRefusedForNow() {
    var deleted =
        new AwaitOp(
            new AwaitOp.Condition.DeviceDeleted("vm", "net1"),
            Duration.ofSeconds(1),
            AwaitOp.Late.SUSPENDS);

    assertThat(lab.kernel.execute(deleted, lab.bound)).isInstanceOf(Performed.Failed.class);
  }
}
