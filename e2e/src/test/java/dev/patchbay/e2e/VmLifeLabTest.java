package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.proof.Proves;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A real machine's life at {@code patchbay up}: killed, found again, switched off and deleted. */
@Tag("lab")
class VmLifeLabTest {
  private static final String POD = "nginx-vm";
  private static final Duration SOON = Duration.ofSeconds(60);

  private static VmLab vms;

  @BeforeAll
  static void up() {
    vms = VmLab.up("");
  }

  @AfterAll
  static void down() {
    if (vms != null) {
      vms.close();
    }
  }

  @BeforeEach
  void applyTheSeedsPod() {
    Path files = vms.host().seed("seed-001", "vm-nic-hotplug.yaml");
    vms.host().typed(files, "kubectl apply -f vm-nic-hotplug.yaml").orFail();
    vms.awaitRunning(POD);
    vms.awaitNics(POD, Map.of("eth0", "Ready"));
  }

  @AfterEach
  void deleteIt() {
    vms.host().kubectl("delete", "pod", POD, "--now", "--ignore-not-found").output();
  }

  private static String uid() {
    return vms.host().get("pod", POD).at("/metadata/uid").asString();
  }

  /** QEMU of that pod, found as people find it. */
  private static Optional<ProcessHandle> qemu(String uid) {
    return ProcessHandle.allProcesses()
        .filter(process ->
            process
                .info()
                .arguments()
                .filter(
                    words -> Stream.of(words).anyMatch(word -> word.contains(uid + "/qmp.sock")))
                .isPresent())
        .findFirst();
  }

  private static String status(ProcessHandle process, String field) throws Exception {
    return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
        .filter(line -> line.startsWith(field + ":"))
        .map(line -> line.substring(field.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  private static JsonNode machine() {
    return vms.host().get("pod", POD).path("status").path("virtualMachineStatus");
  }

  @Test
  @Proves(value = "S001-01", part = "Running, real machine")
  void podRunsAndItsMachineMayDoNothingElse() throws Exception {
    ProcessHandle qemu = qemu(uid()).orElseThrow();

    assertThat(vms.host().kubectl("get", "pod", POD, "--no-headers").output())
        .containsPattern(POD + " +1/1 +Running +0");
    List<String> uids = List.of(status(qemu, "Uid").split("\\s+"));
    assertThat(uids).hasSize(4).allMatch(uid -> Long.parseLong(uid) >= 1_900_000_000L);
    assertThat(status(qemu, "CapEff")).isEqualTo("0000000000000000");
    assertThat(status(qemu, "NoNewPrivs")).isEqualTo("1");
    assertThat(status(qemu, "Seccomp")).isEqualTo("2");
    assertThat(machine().path("powerState").asString()).isEqualTo("Running");
  }

  @Test
  @Proves(value = "S001-09", part = "agent restart, real machine")
  void killedUpFindsTheMachineAgain() {
    // the lab's guest asks for its address at boot only, and nobody answers while up is away
    vms.awaitWide(POD, "eth0", line -> line.contains("Configured"));
    ProcessHandle qemu = qemu(uid()).orElseThrow();
    String version = String.valueOf(machine().path("restartCount").asInt());

    vms.host().kill();
    assertThat(qemu.isAlive()).isTrue();
    vms.host().start();

    vms.awaitNics(POD, Map.of("eth0", "Ready"));
    assertThat(qemu(uid()).map(ProcessHandle::pid)).contains(qemu.pid());
    assertThat(String.valueOf(machine().path("restartCount").asInt())).isEqualTo(version);
    vms.awaitWide(POD, "eth0", line -> line.contains("Configured"));
  }

  @Test
  void killedQemuIsStartedAgainWithTheSameNic() {
    String uid = uid();
    ProcessHandle before = qemu(uid).orElseThrow();
    String mac = vms.host().get("pod", POD).at("/status/nicStatuses/0/mac").asString();

    before.destroyForcibly();
    ProcessHandle after =
        Await.settled(
                SOON,
                () -> qemu(uid).filter(process -> process.pid() != before.pid()),
                Optional::isPresent)
            .orElseThrow();

    vms.awaitRunning(POD);
    assertThat(after.isAlive()).isTrue();
    assertThat(vms.host().get("pod", POD).at("/status/nicStatuses/0/mac").asString())
        .isEqualTo(mac);
    assertThat(
            Await.settled(SOON, () -> machine().path("restartCount").asInt(), count -> count == 1))
        .isEqualTo(1);
    assertThat(machine().at("/lastTerminationState/terminated/reason").asString())
        .isEqualTo("MachineDied");
    vms.awaitWide(POD, "eth0", line -> line.contains("Configured"));
  }

  @Test
  void powerStateIsPatchedAndTheGuestHearsThePowerButton() {
    String uid = uid();
    vms.awaitWide(POD, "eth0", line -> line.contains("Configured"));

    patchPower("Shutdown");
    assertThat(Await.settled(SOON, () -> qemu(uid), Optional::isEmpty)).isEmpty();
    assertThat(
            Await.settled(SOON, () -> machine().path("powerState").asString(), "Shutdown"::equals))
        .isEqualTo("Shutdown");
    assertThat(vms.host().kubectl("get", "pod", POD, "--no-headers").output())
        .containsPattern(POD + " +0/1 +Shutdown");

    patchPower("Running");
    vms.awaitRunning(POD);
    vms.awaitWide(POD, "eth0", line -> line.contains("Configured"));
  }

  private static void patchPower(String power) {
    vms.host()
        .kubectl(
            "patch",
            "pod",
            POD,
            "-p",
            "{\"spec\":{\"virtualMachine\":{\"powerSpec\":\"" + power + "\"}}}")
        .output();
  }

  @Test
  void deletedPodLeavesNothing() {
    String uid = uid();
    Path state = vms.host().state().resolve("vm").resolve(uid);
    assertThat(state).isDirectory();

    vms.host().kubectl("delete", "pod", POD).output();

    assertThat(qemu(uid)).isEmpty();
    assertThat(state).doesNotExist();
    assertThat(vms.host().patchbay("get", "nics", "-o", "name").output()).isBlank();
    assertThat(Path.of("/run/netns/patchbay-pod-" + uid)).doesNotExist();
    assertThat(vms.host().get("ports.patchbay.dev").path("items")).isEmpty();
  }
}
