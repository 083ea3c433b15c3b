package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.proof.Proves;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Seed 003 by containerd: a pod of the default network, and one that names the network mynet. */
@Tag("lab")
class SeedThreeLabTest {
  private static final Map<String, String> TEST_BRIDGE =
      Map.of("k8s.v1.cni.cncf.io/networks", "[{\"name\":\"mynet\",\"interface\":\"mynet\"}]");

  @AutoClose private NodeLab node;
  private ContainerdLab containerd;

  @BeforeEach
  void startANodeWithADefaultNetwork() {
    node = NodeLab.start();
    containerd = node.containerd();
    node.lab()
        .write(
            node.networks().resolve("0-bridge-net.yaml"),
            Confs.fixture("seed-003/0-bridge-net.yaml")
                .replace("@LEASES@", Confs.leases(node.lab()).toString()));
    containerd.load(
        "00-patchbay.conf",
        PatchbayConfs.delegates(Confs.bridge(node.lab(), "default", "10.97.0.0/24")));
  }

  @Test
  @Proves("S003-02")
  void podWithoutAnnotationSeesOneInterfaceOnly() {
    Pod test = containerd.run("test");

    assertThat(test.interfaces()).containsExactly("eth0");
    assertThat(test.address("eth0")).isEqualTo(test.ip() + "/24");
    assertThat(test.exec("ping", "-c", "1", "-W", "2", "10.97.0.1").exit()).isZero();
    assertThat(hostLink("mynet").exit()).isNotZero();
  }

  @Test
  @Proves("S003-03")
  void podNamingMynetSeesTwoInterfacesAndTheHostGetsTheBridge() {
    assertThat(hostLink("mynet").exit()).isNotZero();

    Pod first = containerd.run("test-bridge", TEST_BRIDGE);

    assertThat(first.interfaces()).containsExactly("eth0", "mynet");
    assertThat(first.address("mynet")).startsWith("198.18.0.");
    assertThat(hostLink("mynet").orFail().stdout()).contains("198.18.0.1/24");
    assertThat(first.exec("ping", "-c", "1", "-W", "2", "198.18.0.1").exit()).isZero();
  }

  @Test
  @Proves("S003-03")
  void bridgeThatIsThereAlreadyIsUsedAndJoinsItsPods() {
    node.lab().inHost("ip", "link", "add", "mynet", "type", "bridge").output();
    String index = index("mynet");

    Pod first = containerd.run("first", TEST_BRIDGE);
    Pod second = containerd.run("second", TEST_BRIDGE);

    assertThat(index("mynet")).isEqualTo(index);
    String address = second.address("mynet").replace("/24", "");
    assertThat(first.exec("ping", "-c", "1", "-W", "2", "-I", "mynet", address).exit()).isZero();
  }

  private Ran hostLink(String name) {
    return node.lab().inHost("ip", "a", "show", name).run();
  }

  private String index(String name) {
    return hostLink(name).orFail().stdout().split(":", 2)[0];
  }
}
