package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** podman 4 as the caller: several networks of ours, connected and disconnected while it runs. */
@Tag("lab")
class PodmanLabTest {
  private static final String[] BRIDGES = {"br-blue", "br-red", "br-green"};

  @AutoClose private NodeLab node;
  private PodmanLab podman;

  @BeforeEach
  void startANodeWithThreeNetworks() {
    node = NodeLab.start();
    podman = PodmanLab.start(node.lab(), node.node().bin(), node.node().env());
    // one by our own type, two by a reference plugin's name that our shim carries
    podman.network(
        "10-blue.conflist",
        Confs.list(
            PatchbayConfs.delegates(Confs.bridge(node.lab(), "blue", "10.90.0.0/24"))
                .replace("podnet", "blue")));
    podman.network("20-red.conflist", Confs.list(Confs.bridge(node.lab(), "red", "10.90.1.0/24")));
    podman.network(
        "30-green.conflist", Confs.list(Confs.bridge(node.lab(), "green", "10.90.2.0/24")));
  }

  @Test
  void containerHasItsNetworksAndTakesAndLosesOneWhileItRuns() {
    podman.run("c1", "blue:interface_name=eth0", "red:interface_name=net1");
    assertThat(podman.interfaces("c1")).containsExactlyInAnyOrder("eth0", "net1");
    assertThat(podman.exec("c1", "ping", "-c", "1", "-W", "2", "10.90.0.1").exit()).isZero();
    assertThat(podman.exec("c1", "ping", "-c", "1", "-W", "2", "10.90.1.1").exit()).isZero();

    podman.podman("network", "connect", "green", "c1").output();
    assertThat(podman.interfaces("c1")).hasSize(3);
    assertThat(podman.exec("c1", "ping", "-c", "1", "-W", "2", "10.90.2.1").exit()).isZero();

    podman.podman("network", "disconnect", "red", "c1").output();
    assertThat(podman.interfaces("c1")).hasSize(2).contains("eth0").doesNotContain("net1");
    assertThat(node.node().nics()).hasSize(2);
  }

  @Test
  void addressAskedForOnTheCommandLineIsGiven() {
    podman.run("c1", "blue:interface_name=eth0,ip=10.90.0.77");

    assertThat(podman.exec("c1", "ip", "-o", "-4", "addr", "show", "dev", "eth0").stdout())
        .contains("10.90.0.77/24");
  }

  @Test
  void removedContainerLeavesNothing() {
    podman.run("warm-up", "blue", "red", "green");
    podman.podman("rm", "-f", "-t", "0", "warm-up").output();
    HostState before = node.state(BRIDGES);

    podman.run("c1", "blue", "red", "green");
    podman.podman("rm", "-f", "-t", "0", "c1").output();

    assertThat(node.settled(before, BRIDGES)).isEqualTo(before);
    assertThat(node.node().nics()).isEmpty();
  }
}
