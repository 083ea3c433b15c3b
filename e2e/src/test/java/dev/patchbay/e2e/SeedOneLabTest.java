package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.proof.Proves;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Seed 001 as written, by a real kubectl against {@code patchbay up}: the host side of the VM. */
@Tag("lab")
class SeedOneLabTest {
  private static final String APPLY = "kubectl apply -f vm-nic-hotplug.yaml";
  private static final String PATCH =
      "kubectl patch pod nginx-vm -p \"$(cat patch-nic-hotplug.yaml)\"";
  private static final String UNPLUG =
      "kubectl patch pod nginx-vm -p \"$(cat patch-delete-eth1.yaml)\"";

  private static VmLab vms;
  private static StandaloneLab standalone;
  private Path files;

  @BeforeAll
  static void up() {
    vms = VmLab.up("");
    standalone = vms.host();
  }

  @AfterAll
  static void down() {
    if (vms != null) {
      vms.close();
    }
  }

  @BeforeEach
  void applyTheSeedsPod() {
    files =
        standalone.seed(
            "seed-001", "vm-nic-hotplug.yaml", "patch-nic-hotplug.yaml", "patch-delete-eth1.yaml");
    standalone.typed(files, APPLY).orFail();
    vms.awaitNics("nginx-vm", Map.of("eth0", "Ready"));
  }

  @AfterEach
  void deleteIt() {
    standalone.kubectl("delete", "pod", "nginx-vm", "--now", "--ignore-not-found").output();
  }

  @Test
  @Proves(value = "S001-01", part = "accepted, port allocated")
  void podIsAcceptedAndGetsAPortThoughItNamesNone() {
    JsonNode pod = standalone.get("pod", "nginx-vm");

    JsonNode nic = pod.at("/status/nicStatuses/0");
    assertThat(nic.path("portID").asString()).isNotEmpty();
    assertThat(pod.at("/spec/nics/0/portId").isMissingNode()).isTrue();
    JsonNode port = standalone.get("port.patchbay.dev", nic.path("portID").asString());
    assertThat(port.toString()).contains(nic.path("mac").asString());
    assertThat(standalone.get("vpc.patchbay.dev", "vpcdemo").at("/metadata/name").asString())
        .isEqualTo("vpcdemo");
    assertThat(condition(pod, "PodReadyToStartContainers")).isEqualTo("True");
  }

  @Test
  @Proves(value = "S001-02", part = "host side of VM pods")
  @Proves(value = "S001-04", part = "host side of VM pods")
  void patchAddsEth1AndKeepsEth0AndTwiceChangesNothing() {
    Nic eth0 = nic("eth0");

    standalone.typed(files, PATCH).orFail();
    vms.awaitNics("nginx-vm", Map.of("eth0", "Ready", "eth1", "Ready"));

    assertThat(nic("eth0")).isEqualTo(eth0);
    JsonNode spec = spec();
    assertThat(standalone.typed(files, PATCH).orFail().stdout()).contains("(no change)");
    assertThat(spec()).isEqualTo(spec);
    assertThat(eventReasons()).contains("DeviceAttached");
  }

  @Test
  @Proves(value = "S001-03", part = "host side of VM pods")
  void deletePatchRemovesEth1AndItsPort() {
    standalone.typed(files, PATCH).orFail();
    vms.awaitNics("nginx-vm", Map.of("eth0", "Ready", "eth1", "Ready"));
    String port = nic("eth1").port();

    standalone.typed(files, UNPLUG).orFail();

    vms.awaitNics("nginx-vm", Map.of("eth0", "Ready"));
    assertThat(standalone.kubectl("get", "port.patchbay.dev", port).run().stderr())
        .contains("NotFound");
    assertThat(eventReasons()).contains("DeviceDetached");
  }

  @Test
  void nicsAreListedAndTheirHistoryIsTold() {
    standalone.typed(files, PATCH).orFail();
    vms.awaitNics("nginx-vm", Map.of("eth0", "Ready", "eth1", "Ready"));

    String table = standalone.kubectl("get", "nics").output();
    assertThat(table.lines().findFirst().orElseThrow())
        .containsSubsequence("POD", "NIC", "STATE", "VPC", "IP", "MAC", "AGE");
    assertThat(table).containsPattern("nginx-vm +eth1 +Ready +vpcdemo");
    assertThat(standalone.patchbay("why", "pod/nginx-vm", "eth1").output())
        .contains("eth1")
        .contains("nginx-vm");
    assertThat(standalone.kubectl("describe", "pod", "nginx-vm").output())
        .contains("DeviceAttached");
  }

  @Test
  @Proves(value = "S001-11", part = "not found")
  void seedsWrongPodNameIsAnsweredWithTheNearOne() {
    String get = standalone.kubectl("get", "pod", "nginx-pod").run().stderr();
    Ran patch = standalone.typed(files, PATCH.replace("nginx-vm", "nginx-pod"));

    assertThat(get)
        .contains("pods \"nginx-pod\" not found; did you mean \"nginx-vm\"?")
        .contains("NotFound");
    assertThat(patch.exit()).isEqualTo(1);
    assertThat(patch.stderr()).contains("did you mean \"nginx-vm\"?");
    assertThat(standalone.kubectl("get", "pod", "zebra").run().stderr()).doesNotContain("mean");
  }

  @Test
  void podIsGoneWithAllThatWasPlugged() {
    standalone.typed(files, PATCH).orFail();
    vms.awaitNics("nginx-vm", Map.of("eth0", "Ready", "eth1", "Ready"));

    standalone.kubectl("delete", "pod", "nginx-vm", "--now").output();

    assertThat(standalone.get("ports.patchbay.dev").path("items")).isEmpty();
    assertThat(standalone.patchbay("get", "nics", "-o", "name").output()).isBlank();
  }

  private static String condition(JsonNode pod, String type) {
    return StreamSupport.stream(pod.at("/status/conditions").spliterator(), false)
        .filter(condition -> condition.path("type").asString().equals(type))
        .map(condition -> condition.path("status").asString())
        .findFirst()
        .orElse("absent");
  }

  /** The status goes on meanwhile with what the guest does. */
  private static JsonNode spec() {
    return standalone.get("pod", "nginx-vm").path("spec");
  }

  private static List<String> eventReasons() {
    return StreamSupport.stream(
            standalone
                .get("events", "--field-selector", "involvedObject.name=nginx-vm")
                .path("items")
                .spliterator(),
            false)
        .map(event -> event.path("reason").asString())
        .distinct()
        .toList();
  }

  private record Nic(String port, String mac, String addresses) {}

  private static Nic nic(String name) {
    return StreamSupport.stream(
            standalone.get("pod", "nginx-vm").at("/status/nicStatuses").spliterator(), false)
        .filter(nic -> nic.path("name").asString().equals(name))
        .map(nic ->
            new Nic(
                nic.path("portID").asString(),
                nic.path("mac").asString(),
                nic.path("ipAddresses").toString()))
        .findFirst()
        .orElseThrow();
  }
}
