package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.proof.Proves;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** NICs plugged into a running container and unplugged again, by the command line. */
@Tag("lab")
class LivePlugLabTest {
  @AutoClose private NodeLab node;
  private Pod pod;

  @BeforeEach
  void runAContainerWithOneNic() {
    node = NodeLab.start();
    ContainerdLab containerd = node.containerd();
    containerd.load(
        "00-patchbay.conf",
        PatchbayConfs.delegates(Confs.bridge(node.lab(), "default", "10.97.0.0/24")));
    node.lab()
        .write(
            node.confs().resolve("20-blue.conf"), Confs.bridge(node.lab(), "blue", "10.96.0.0/24"));
    pod = containerd.run("running");
  }

  @Test
  @Proves(value = "S001-12", part = "CLI")
  void pluggedNicCarriesPacketsAndIsGoneAfterUnplug() {
    HostState before = node.state("br-blue");

    plug("net1");

    assertThat(pod.interfaces()).containsExactly("eth0", "net1");
    assertThat(pod.exec("ping", "-c", "1", "-W", "2", "-I", "net1", "10.96.0.1").exit()).isZero();
    assertThat(node.node().nics()).hasSize(2);

    unplug("net1").orFail();

    assertThat(pod.interfaces()).containsExactly("eth0");
    assertThat(node.settled(before, "br-blue")).isEqualTo(before);
    assertThat(pod.exec("ping", "-c", "1", "-W", "2", "10.97.0.1").exit()).isZero();
  }

  @Test
  @Proves(value = "S001-12", part = "CLI")
  void pluggedNicGoesWithItsPod() {
    plug("net1");

    pod.stop();
    pod.remove();

    assertThat(node.node().nics()).isEmpty();
    assertThat(node.state().files()).isEmpty();
  }

  @Test
  @Proves(value = "S001-12", part = "CLI")
  void pluggedNicSurvivesARestartOfTheAgent() {
    plug("net1");

    node.node().stop();
    node.node().start();

    assertThat(pod.exec("ping", "-c", "1", "-W", "2", "-I", "net1", "10.96.0.1").exit()).isZero();
    assertThat(node.node().nics()).hasSize(2);
    unplug("net1").orFail();
    assertThat(pod.interfaces()).containsExactly("eth0");
  }

  @Test
  void primaryNicIsNotUnplugged() {
    assertThat(unplug("eth0").exit()).isNotZero();

    assertThat(pod.interfaces()).containsExactly("eth0");
    assertThat(pod.exec("ping", "-c", "1", "-W", "2", "10.97.0.1").exit()).isZero();
  }

  @Test
  void nameThatIsTakenIsRefusedAndNothingChanges() {
    HostState before = node.state("br-blue");

    Ran refused =
        node.node().cli("plug", "default/running", "--network", "blue", "--name", "eth0").run();

    assertThat(refused.exit()).isNotZero();
    assertThat(refused.stderr()).contains("eth0");
    assertThat(node.settled(before, "br-blue")).isEqualTo(before);
  }

  private void plug(String ifname) {
    node.node().cli("plug", "default/running", "--network", "blue", "--name", ifname).output();
  }

  private Ran unplug(String ifname) {
    return node.node().cli("unplug", "default/running", "--name", ifname, "--yes").run();
  }
}
