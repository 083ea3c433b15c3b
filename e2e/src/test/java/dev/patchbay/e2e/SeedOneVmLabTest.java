package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.proof.Proves;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Seed 001 as written, its guest included: NICs plugged into a running machine and out of it. */
@Tag("lab")
class SeedOneVmLabTest {
  private static final String POD = "nginx-vm";
  private static final String APPLY = "kubectl apply -f vm-nic-hotplug.yaml";
  private static final String PATCH =
      "kubectl patch pod nginx-vm -p \"$(cat patch-nic-hotplug.yaml)\"";
  private static final String UNPLUG =
      "kubectl patch pod nginx-vm -p \"$(cat patch-delete-eth1.yaml)\"";
  private static final Map<String, String> ONE = Map.of("eth0", "Ready");
  private static final Map<String, String> TWO = Map.of("eth0", "Ready", "eth1", "Ready");

  private static VmLab vms;
  private static Path files;

  @BeforeAll
  static void up() {
    vms = VmLab.up("");
    files =
        vms.host()
            .seed(
                "seed-001",
                "vm-nic-hotplug.yaml",
                "patch-nic-hotplug.yaml",
                "patch-delete-eth1.yaml");
  }

  @AfterAll
  static void down() {
    if (vms != null) {
      vms.close();
    }
  }

  @BeforeEach
  void applyTheSeedsPod() {
    typed(APPLY);
    vms.awaitRunning(POD);
    vms.awaitNics(POD, ONE);
    vms.awaitWide(POD, "eth0", line -> line.contains("Configured"));
  }

  @AfterEach
  void deleteIt() {
    vms.host().kubectl("delete", "pod", POD, "--now", "--ignore-not-found").output();
  }

  private static void typed(String line) {
    vms.host().typed(files, line).orFail();
  }

  private static String address(String nic) {
    for (JsonNode each : vms.host().get("pod", POD).at("/status/nicStatuses")) {
      if (each.path("name").asString().equals(nic)) {
        return each.at("/ipAddresses/0").asString();
      }
    }
    throw new AssertionError(POD + " has no " + nic);
  }

  private static void awaitGuest(KubectlTerminal terminal, String nic) {
    String ip = address(nic);
    terminal.until("ip address", text -> text.contains(nic) && text.contains("inet " + ip));
  }

  @Test
  @Proves("S001-01")
  @Proves("S001-05")
  @Proves(value = "S001-11", part = "attach -it")
  void nicIsPluggedSeenInTheGuestPingedThroughAndUnplugged() {
    try (KubectlTerminal terminal = vms.attach(POD)) {
      terminal.shell();
      awaitGuest(terminal, "eth0");

      typed(PATCH);
      vms.awaitNics(POD, TWO);
      awaitGuest(terminal, "eth1");
      vms.awaitWide(POD, "eth1", line -> line.contains("Configured"));
      assertThat(terminal.run("netstat -i")).contains("eth1");
      String gateway = terminal.run("ip route | grep ^default | cut -d ' ' -f 3");
      assertThat(terminal.run("ping -c 2 -W 3 -I eth1 " + gateway)).contains(" 0% packet loss");
      assertThat(terminal.run("ip route | grep ^default").lines()).hasSize(1);

      typed(UNPLUG);
      vms.awaitNics(POD, ONE);
      assertThat(terminal.run("ip address")).contains("eth0").doesNotContain("eth1");
      assertThat(terminal.detach()).isTrue();
    }
  }
}
