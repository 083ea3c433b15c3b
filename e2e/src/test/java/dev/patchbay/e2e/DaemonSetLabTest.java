package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.proof.Proves;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Seed 003's install and its default and bridge tests, on a real Kubernetes. */
@Tag("lab")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DaemonSetLabTest {
  private static final String NETWORKS = "k8s.v1.cni.cncf.io/networks";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Lab lab = Lab.create();
  private KubernetesLab cluster;

  @BeforeAll
  void applyEverything() {
    Path image = lab.folder().resolve("patchbay.tar");
    Command.of(
            Lab.root().resolve("packaging/agent-image").toString(),
            Lab.root().resolve("cli/target/dist").toString(),
            image.toString())
        .with(Map.of("JAVA_HOME", System.getProperty("java.home")))
        .within(Duration.ofMinutes(5))
        .output();
    cluster = KubernetesLab.start(lab, image);
    cluster.apply("deploy/");
    rolledOut();
  }

  @AfterAll
  void takeDown() {
    lab.close();
  }

  @Test
  @Proves("S003-01")
  void oneApplyPutsPluginAndConfigurationOnANodeWithoutSriov() {
    assertThat(cluster.node("ls", "/etc/cni/net.d").output().lines().findFirst())
        .as("the one that the runtime reads")
        .contains("00-patchbay.conflist");
    String reference =
        "for p in /opt/cni/bin/*; do cmp -s $p /opt/cni/bin/patchbay && echo $p; done";
    assertThat(cluster.node("bash", "-c", reference).run().stdout().lines())
        .as("only our own name, no reference plugin was overwritten")
        .containsExactly("/opt/cni/bin/patchbay");
    assertThat(cluster.kubectl("get", "nodes", "-o", "json").output()).doesNotContain("sriov");
    // what is there already is not touched again
    cluster.apply("deploy/");
    rolledOut();
  }

  @Test
  @Proves("S003-02")
  void podThatAsksForNothingHasTheClustersInterfaceOnly() {
    cluster.apply("deploy/test/pod.yaml");
    cluster.awaitReady("test");

    assertThat(cluster.interfaces("test")).containsExactly("eth0");
    assertThat(status("test", 0).path("name").asString()).isEqualTo("cluster");
    assertThat(status("test", 0).path("default").asBoolean(false)).isTrue();
  }

  @Test
  @Proves("S003-03")
  void podThatNamesMynetHasTwoInterfacesAndTheNodeItsBridge() {
    assertThat(cluster.node("ip", "a", "show", "mynet").run().exit()).isNotZero();

    cluster.apply("deploy/test/bridge");
    cluster.awaitReady("test-bridge");

    assertThat(cluster.interfaces("test-bridge")).containsExactly("eth0", "mynet");
    assertThat(cluster.node("ip", "a", "show", "mynet").output()).contains("198.18.0.1/24");
    JsonNode told = status("test-bridge", 1);
    assertThat(told.path("name").asString()).isEqualTo("default/mynet");
    assertThat(told.path("interface").asString()).isEqualTo("mynet");
    assertThat(told.path("ips").path(0).asString()).startsWith("198.18.0.");
    assertThat(told.has("default")).isFalse();
  }

  @Test
  void podWaitsForANetworkThatIsMissingAndStartsByItselfWhenItAppears() {
    cluster.pod("waiting", Map.of(NETWORKS, "later"));
    Await.until(
        "an event names the network",
        LIMIT,
        () -> cluster.kubectl("get", "events").output().contains("no network \"default/later\""));
    assertThat(phase("waiting")).isEqualTo("Pending");

    define("later", "{\"type\": \"bridge\", \"bridge\": \"later\"}");
    cluster.awaitReady("waiting");

    assertThat(cluster.interfaces("waiting")).containsExactly("eth0", "net1");
    cluster.delete("waiting");
  }

  @Test
  void thirdPartyPluginSeesTheNodesFilesAndNotTheAgents() {
    String plugin =
        """
        #!/bin/sh
        [ "$CNI_COMMAND" != ADD ] || cat /etc/only-on-the-node
        """;
    cluster
        .node("sh", "-c", "cat >/opt/cni/bin/reader && chmod 755 /opt/cni/bin/reader")
        .reading(plugin)
        .output();
    cluster
        .node("sh", "-c", "cat >/etc/only-on-the-node")
        .reading("{\"cniVersion\": \"1.0.0\", \"ips\": [{\"address\": \"192.0.2.9/32\"}]}")
        .output();
    define("reading", "{\"cniVersion\": \"1.0.0\", \"type\": \"reader\"}");

    cluster.pod("reader", Map.of(NETWORKS, "reading"));
    cluster.awaitReady("reader");

    assertThat(status("reader", 1).path("ips").path(0).asString()).isEqualTo("192.0.2.9");
    cluster.delete("reader");
  }

  @Test
  void podsOutliveTheAgentAndLeaveNothingWhenTheyGo() {
    define(
        "kept",
        "{\"type\": \"bridge\", \"bridge\": \"kept\", \"ipam\": {\"type\": \"host-local\","
            + " \"subnet\": \"198.18.9.0/24\"}}");
    // the bridge belongs to the network and stays
    cluster.pod("before", Map.of(NETWORKS, "kept"));
    cluster.awaitReady("before");
    cluster.delete("before");
    String traces = cluster.traces();
    cluster.pod("kept", Map.of(NETWORKS, "kept,kept"));
    cluster.awaitReady("kept");

    cluster
        .kubectl("delete", "pod", "-n", "patchbay", "-l", "app.kubernetes.io/component=agent")
        .output();
    rolledOut();

    assertThat(cluster.interfaces("kept")).containsExactly("eth0", "net1", "net2");
    cluster.delete("kept");
    assertThat(Await.settled(LIMIT, cluster::traces, traces::equals)).isEqualTo(traces);
  }

  @Test
  void clustersConfigurationIsFollowedWhenItsFileIsRenamed() {
    cluster
        .node("mv", "/etc/cni/net.d/10-cluster.conflist", "/etc/cni/net.d/05-renamed.conflist")
        .output();
    try {
      cluster.pod("renamed", Map.of());
      cluster.awaitReady("renamed");
      assertThat(cluster.interfaces("renamed")).containsExactly("eth0");
      cluster.delete("renamed");
    } finally {
      cluster
          .node("mv", "/etc/cni/net.d/05-renamed.conflist", "/etc/cni/net.d/10-cluster.conflist")
          .output();
    }
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void uninstalledNodeIsAsBeforeAndStartsPods() {
    cluster.kubectl("-n", "patchbay", "delete", "ds", "patchbay-agent").output();
    cluster.apply("deploy/uninstall");
    rolledOut("patchbay-uninstall");
    assertThat(cluster.node("ls", "/etc/cni/net.d").output()).isEqualTo("10-cluster.conflist\n");
    assertThat(cluster.node("ls", "/opt/cni/bin/patchbay").run().exit()).isNotZero();
    cluster
        .kubectl(
            "delete",
            "--ignore-not-found",
            "-f",
            Lab.root().resolve("deploy/uninstall").toString(),
            "-f",
            Lab.root().resolve("deploy").toString(),
            "--timeout=90s")
        .within(Duration.ofMinutes(2))
        .output();

    cluster.pod("afterwards", Map.of(NETWORKS, "gone"));
    cluster.awaitReady("afterwards");

    assertThat(cluster.interfaces("afterwards")).containsExactly("eth0");
  }

  private void rolledOut() {
    rolledOut("patchbay-agent");
  }

  private void rolledOut(String daemonSet) {
    Ran ran =
        cluster
            .kubectl("-n", "patchbay", "rollout", "status", "ds/" + daemonSet, "--timeout=90s")
            .within(Duration.ofMinutes(2))
            .run();
    assertThat(ran.exit())
        .as(
            "%s",
            ran.stderr()
                + cluster.kubectl("-n", "patchbay", "describe", "pods").run().stdout()
                + cluster.kubectl("-n", "patchbay", "logs", "ds/patchbay-agent").run().stdout())
        .isZero();
  }

  private void define(String name, String config) {
    cluster.applyText(
        """
        apiVersion: k8s.cni.cncf.io/v1
        kind: NetworkAttachmentDefinition
        metadata: {name: %s}
        spec:
          config: '%s'
        """
            .formatted(name, config));
  }

  private String phase(String pod) {
    return cluster.kubectl("get", "pod", pod, "-o", "jsonpath={.status.phase}").output();
  }

  private JsonNode status(String pod, int index) {
    String path = "jsonpath={.metadata.annotations.k8s\\.v1\\.cni\\.cncf\\.io/network-status}";
    String text =
        Await.settled(
            LIMIT,
            () -> cluster.kubectl("get", "pod", pod, "-o", path).output(),
            seen -> !seen.isEmpty());
    return JsonMapper.shared().readTree(text).path(index);
  }
}
