package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.patchbay.e2e.CniDriver.Attachment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Proves the labs themselves, with the reference plugins alone: nothing of ours is asked. */
@Tag("lab")
class HarnessLabTest {
  @Test
  void containerdGivesAPodTheReferenceBridgeAndDeletesTwice() {
    try (Lab lab = Lab.create()) {
      PluginFolder plugins =
          new PluginFolder(lab, "reference", ReferencePlugins.ofDistribution())
              .recording("bridge", "loopback")
              .plain("host-local");
      ContainerdLab containerd = ContainerdLab.start(lab, plugins.bin(), Map.of());
      containerd.load("10-labnet.conf", Confs.bridge(lab, "labnet", "10.98.0.0/24"));
      HostState before = HostState.of(lab, List.of(Confs.leases(lab))).without("br-labnet");

      Pod pod = containerd.run("first");

      assertThat(pod.interfaces()).containsExactly("eth0");
      assertThat(pod.address("eth0")).isEqualTo(pod.ip() + "/24");
      assertThat(pod.exec("ping", "-c", "1", "-W", "2", "10.98.0.1").exit()).isZero();
      assertThat(pod.netns().toString()).contains("/netns/cni-");

      pod.stop();
      pod.remove();

      assertThat(plugins.calls("bridge", "ADD"))
          .singleElement()
          .satisfies(call -> assertThat(call.args()).containsEntry("K8S_POD_UID", pod.uid()));
      assertThat(plugins.calls("bridge", "DEL"))
          .extracting(PluginCall::netns)
          .containsExactly(plugins.calls("bridge", "ADD").getFirst().netns(), "");
      assertThat(HostStates.settled(lab, before, List.of(Confs.leases(lab)), "br-labnet"))
          .isEqualTo(before);
    }
  }

  @Test
  void podmanGivesAContainerTwoNetworksAndConnectsAThird() {
    try (Lab lab = Lab.create()) {
      PluginFolder plugins =
          new PluginFolder(lab, "reference", ReferencePlugins.newest())
              .recording("bridge")
              .plain("host-local");
      PodmanLab podman = PodmanLab.start(lab, plugins.bin(), Map.of());
      podman.network("10-one.conflist", Confs.list(Confs.bridge(lab, "one", "10.98.1.0/24")));
      podman.network("20-two.conflist", Confs.list(Confs.bridge(lab, "two", "10.98.2.0/24")));
      podman.network("30-three.conflist", Confs.list(Confs.bridge(lab, "three", "10.98.3.0/24")));

      podman.run("c1", "one:interface_name=eth0", "two:interface_name=net1");
      assertThat(podman.interfaces("c1")).containsExactlyInAnyOrder("eth0", "net1");

      podman.podman("network", "connect", "three", "c1").output();
      assertThat(podman.interfaces("c1")).hasSize(3);

      podman.podman("network", "disconnect", "two", "c1").output();
      assertThat(podman.interfaces("c1")).hasSize(2).contains("eth0").doesNotContain("net1");
      assertThat(plugins.calls("bridge", "ADD")).hasSize(3);
      assertThat(plugins.calls("bridge", "DEL")).hasSize(1);
    }
  }

  @Test
  void standInsTakeTheSeedsConfsAndMakeDifferentMtus() {
    try (Lab lab = Lab.create()) {
      PluginFolder plugins =
          new PluginFolder(lab, "delegates", ReferencePlugins.ofDistribution()).standIns();
      var calico = new CniDriver(lab, plugins.bin().resolve("calico"), plugins.bin(), Map.of());
      var flannel = new CniDriver(lab, plugins.bin().resolve("flannel"), plugins.bin(), Map.of());
      var pod = lab.podNetns("pod");
      Attachment eth0 = Attachment.of("c1", pod, "eth0");
      Attachment eth1 = Attachment.of("c1", pod, "eth1");

      calico.add(eth0, Confs.fixture("seed-004/10-calico.conf")).orFail();
      flannel.add(eth1, Confs.firstMember(Confs.fixture("seed-004/10-flannel.conflist"))).orFail();

      assertThat(PodNetns.mtu(pod, "eth0")).isEqualTo(1500);
      assertThat(PodNetns.mtu(pod, "eth1")).isEqualTo(1450);
      assertThat(PodNetns.address(pod, "eth0")).isEqualTo("192.168.135.129/24");
      assertThat(PodNetns.address(pod, "eth1")).startsWith("10.244.1.");

      flannel.del(eth1, Confs.firstMember(Confs.fixture("seed-004/10-flannel.conflist"))).orFail();
      calico.del(eth0, Confs.fixture("seed-004/10-calico.conf")).orFail();
      assertThat(PodNetns.interfaces(pod)).isEmpty();
      assertThat(HostState.of(lab, List.of(plugins.leases())).files()).isEmpty();
    }
  }

  @Test
  void driverSendsGcAndStatusToTheNewestReferencePlugins() {
    try (Lab lab = Lab.create()) {
      ReferencePlugins newest = ReferencePlugins.newest();
      var bridge = new CniDriver(lab, newest.plugin("bridge"), newest.folder(), Map.of());
      String conf = Confs.bridge(lab, "gcnet", "10.98.4.0/24", "1.1.0");

      assertThat(bridge.status(conf).orFail().isMissingNode()).isTrue();
      bridge.add(Attachment.of("c1", lab.podNetns("pod"), "eth0"), conf).orFail();
      assertThat(HostState.of(lab, List.of(Confs.leases(lab))).files()).hasSize(1);
      bridge.gc(Confs.withValidAttachments(conf)).orFail();
      assertThat(bridge.check(Attachment.of("c1", lab.netns(), "eth0"), conf).code()).isNotZero();
    }
  }

  @Test
  void labUndoesEverythingLastFirstAlsoAfterAFailure() {
    StringBuilder order = new StringBuilder();
    Lab lab = Lab.create();
    lab.onClose("first", () -> order.append("first"));
    lab.onClose(
        "broken",
        () -> {
          throw new IllegalStateException("on purpose");
        });
    lab.onClose("last", () -> order.append("last,"));

    assertThat(catchThrowable(lab::close))
        .hasMessageContaining("was not taken down whole")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(order).hasToString("last,first");
    assertThat(lab.netns()).doesNotExist();
    assertThat(lab.folder()).doesNotExist();
  }

  @Test
  void commandIsKilledAtItsTimeLimit() {
    Command endless = Command.of("sleep", "3600").within(Duration.ofMillis(200));
    assertThat(catchThrowable(endless::run))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("did not end within");
  }
}
