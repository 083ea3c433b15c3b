package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.e2e.CniDriver.Attachment;
import dev.patchbay.proof.Proves;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/**
 * VPCs and ports made by a real kubectl at {@code patchbay up}, judged by packets of their pods.
 */
@Tag("lab")
@Timeout(180)
class VpcLabTest {
  private static final String CIDR = "10.9.1.0/24";
  private static final String FOREIGN_MAC = "02:00:00:00:00:99";

  private static StandaloneLab standalone;

  @BeforeAll
  static void up() {
    standalone = StandaloneLab.up();
    apply(vpc("red"), vpc("blue"));
  }

  @AfterAll
  static void down() {
    if (standalone != null) {
      standalone.close();
    }
  }

  @AfterEach
  void deletePods() {
    standalone.kubectl("delete", "pods", "--all", "--now").output();
  }

  private static String vpc(String name) {
    return """
    apiVersion: patchbay.dev/v1alpha1
    kind: Vpc
    metadata: {name: %1$s}
    spec: {cidrs: [10.9.0.0/16], defaultSubnet: %1$s}
    ---
    apiVersion: patchbay.dev/v1alpha1
    kind: Subnet
    metadata: {name: %1$s}
    spec: {vpc: %1$s, cidr: %2$s}
    """
        .formatted(name, CIDR);
  }

  private static String port(String name, String address, boolean antiSpoof) {
    return """
    apiVersion: patchbay.dev/v1alpha1
    kind: Port
    metadata: {name: %s}
    spec: {subnet: red, addresses: [%s], antiSpoof: %s}
    """
        .formatted(name, address, antiSpoof);
  }

  private static String pod(String name, String vpc, String nics) {
    return LabPods.inVpc(name, vpc)
            .replace("nics: [{name: eth0}]", "nics: [" + nics + "]")
            .stripTrailing()
        + "\n    securityContext: {capabilities: {add: [NET_ADMIN]}}\n";
  }

  private static String at(String name, String vpc, String address) {
    return pod(name, vpc, "{name: eth0, ipAddress: " + address + "}");
  }

  private static void apply(String... manifests) {
    standalone.kubectl("apply", "-f", "-").reading(String.join("---\n", manifests)).output();
  }

  private static void awaitReady(String... pods) {
    List<String> words = new ArrayList<>(List.of("wait", "--for=condition=Ready"));
    for (String pod : pods) {
      words.add("pod/" + pod);
    }
    words.add("--timeout=60s");
    standalone.kubectl(words.toArray(String[]::new)).output();
  }

  private static Ran in(String pod, String... words) {
    List<String> all = new ArrayList<>(List.of("exec", pod, "--"));
    all.addAll(List.of(words));
    return standalone.kubectl(all.toArray(String[]::new)).run();
  }

  private static boolean reaches(String pod, String address) {
    return in(pod, "ping", "-c", "1", "-W", "2", address).exit() == 0;
  }

  private static boolean reachesFrom(String pod, String source, String address) {
    return in(pod, "ping", "-c", "1", "-W", "2", "-I", source, address).exit() == 0;
  }

  @Test
  void vpcsOfTheSameCidrDoNotSeeEachOther() {
    apply(
        at("red-a", "red", "10.9.1.10"),
        at("red-b", "red", "10.9.1.11"),
        at("blue-a", "blue", "10.9.1.10"),
        at("blue-c", "blue", "10.9.1.12"));
    awaitReady("red-a", "red-b", "blue-a", "blue-c");

    assertThat(reaches("red-a", "10.9.1.11")).as("red in red").isTrue();
    assertThat(reaches("blue-a", "10.9.1.12")).as("blue in blue").isTrue();
    assertThat(reaches("red-a", "10.9.1.12")).as("what only blue has").isFalse();
    assertThat(reaches("blue-a", "10.9.1.11")).as("what only red has").isFalse();
    assertThat(reaches("red-a", "10.9.1.1")).as("the gateway of red").isTrue();
  }

  /** The same lies are believed of the port that may tell them, so what is asserted can fail. */
  @Test
  void aPodSendsOnlyFromItsOwnAddresses() {
    apply(
        port("free", "10.9.1.40", false),
        at("guarded", "red", "10.9.1.20"),
        at("target", "red", "10.9.1.21"),
        pod("liar", "red", "{name: eth0, portId: free}"));
    awaitReady("guarded", "target", "liar");
    for (String pod : List.of("guarded", "liar")) {
      assertThat(reaches(pod, "10.9.1.21")).as(pod).isTrue();
    }
    in("guarded", "ip", "address", "add", "10.9.1.98/24", "dev", "eth0").orFail();
    in("liar", "ip", "address", "add", "10.9.1.99/24", "dev", "eth0").orFail();

    assertThat(reachesFrom("guarded", "10.9.1.98", "10.9.1.21")).as("foreign IP").isFalse();
    assertThat(reachesFrom("liar", "10.9.1.99", "10.9.1.21")).as("it may").isTrue();

    in("guarded", "ip", "link", "set", "eth0", "address", FOREIGN_MAC).orFail();
    assertThat(reaches("guarded", "10.9.1.21")).as("foreign MAC").isFalse();
  }

  @Test
  @Proves(value = "S000-08", part = "kubectl")
  void aNicThatFailsTakesTheOthersAlongAndThePodStartsOnceItsPortIsFree() {
    apply(
        port("first", "10.9.1.50", true),
        port("second", "10.9.1.51", true),
        pod("holder", "red", "{name: eth0, portId: second}"));
    awaitReady("holder");
    List<String> before = ports();

    apply(pod("both", "red", "{name: eth0, portId: first}, {name: eth1, portId: second}"));

    Await.until(
        "the holder of the port is named",
        StandaloneLab.SOON,
        () ->
            standalone
                .kubectl("describe", "pod", "both")
                .output()
                .contains("\"default/second\" is held by pod default/holder (eth0)"));
    // it is tried again and again, and has its first port for a moment each time
    Await.until(
        "nothing of the pod is there between two tries",
        StandaloneLab.SOON,
        () ->
            ports().equals(before)
                && !standalone.patchbay("get", "nics", "-o", "name").output().contains("both")
                && !holder("first").contains("both"));

    standalone.kubectl("delete", "pod", "holder", "--now").output();
    awaitReady("both");
    standalone.awaitNics("both", Map.of("eth0", "Ready", "eth1", "Ready"));
  }

  private static String holder(String port) {
    return standalone
        .get("subnet.patchbay.dev", "red")
        .at("/status/ports/" + port + "/holder")
        .toString();
  }

  private static List<String> ports() {
    List<String> all = new ArrayList<>();
    standalone
        .get("ports.patchbay.dev")
        .path("items")
        .forEach(port -> all.add(port.at("/metadata/name").asString()));
    return all;
  }

  @Test
  @Proves(value = "S000-09", part = "kubectl")
  void podsThatGoWhileUpIsAwayFreeTheirPortsAndUserPortsSurvive() {
    apply(
        port("users", "10.9.1.60", true),
        pod("gone", "red", "{name: eth0, portId: users}, {name: eth1}"));
    awaitReady("gone");
    assertThat(ports()).hasSizeGreaterThan(1);
    String own = nic("gone", 1).path("portID").asString();

    standalone.kubectl("delete", "pod", "gone", "--force", "--grace-period=0").output();
    standalone.kill();
    standalone.start();

    Await.until("the NIC's own port goes", StandaloneLab.SOON, () -> !ports().contains(own));
    assertThat(ports()).contains("users");
    Await.until(
        "no NIC of the pod is left",
        StandaloneLab.SOON,
        () -> !standalone.patchbay("get", "nics", "-o", "name").output().contains("gone"));
    apply(pod("next", "red", "{name: eth0, portId: users}"));
    awaitReady("next");
    assertThat(nic("next", 0).at("/ipAddresses/0").asString()).isEqualTo("10.9.1.60/24");
  }

  private static JsonNode nic(String pod, int index) {
    return standalone.get("pod", pod).at("/status/nicStatuses").path(index);
  }

  @Test
  @Proves(value = "S000-03", part = "CNI_ARGS at patchbay up")
  void aPlainRuntimesArgumentsReachThePodsOfTheSameVpc() {
    apply(port("plain", "10.9.1.70", true), at("peer", "red", "10.9.1.71"));
    awaitReady("peer");
    Path folder = Lab.root().resolve("cli/target/dist/cni");
    var driver =
        new CniDriver(
            standalone.lab(),
            folder.resolve("patchbay"),
            folder,
            Map.of("PATCHBAY_SOCKET", standalone.socket().toString()));
    Attachment plain =
        Attachment.of("plain", standalone.lab().podNetns("plain"), "eth0")
            .withArgs("IgnoreUnknown=1;VPC=red;NICs=[{\"portid\":\"plain\"}]");
    String conf = "{\"cniVersion\":\"1.0.0\",\"name\":\"plain\",\"type\":\"alktron\"}";

    JsonNode result = driver.add(plain, conf).orFail();

    assertThat(result.at("/ips/0/address").asString()).isEqualTo("10.9.1.70/24");
    assertThat(reaches("peer", "10.9.1.70")).isTrue();
    assertThat(driver.del(plain.withoutNetns().withArgs(""), conf).exit()).isZero();
    assertThat(reaches("peer", "10.9.1.70")).isFalse();
    assertThat(ports()).contains("plain");
  }
}
