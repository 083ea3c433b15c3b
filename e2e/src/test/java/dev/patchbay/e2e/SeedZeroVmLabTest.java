package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.e2e.guest.SmallImages;
import dev.patchbay.proof.Proves;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Seed 000 as written, its guest included: two NICs by port id, of which the image brings up one.
 */
@Tag("lab")
class SeedZeroVmLabTest {
  private static final String POD = "cirros-vm-alktron-yz";

  private static VmLab vms;

  @BeforeAll
  static void up() {
    vms = VmLab.up("");
    vms.apply(SeedZeroLabTest.NETWORK);
  }

  @AfterAll
  static void down() {
    if (vms != null) {
      vms.close();
    }
  }

  @Test
  @Proves("S000-05")
  @Proves("S000-07")
  @Proves("S000-10")
  void secondNicIsThereAndDownUntilADhcpClientIsStartedByHand() {
    Path files = vms.host().seed("seed-000", "vm-w-2-nics.yaml");
    vms.host().typed(files, "kubectl apply -f vm-w-2-nics.yaml").orFail();
    vms.awaitRunning(POD);

    try (KubectlTerminal terminal = vms.attach(POD)) {
      terminal.shell();
      terminal.until("ip -o -4 address show eth0", text -> text.contains("10.9.1.10/24"));
      assertThat(terminal.run("ip -o link show eth1"))
          .contains("fa:16:3e:00:00:02")
          .contains("<BROADCAST,MULTICAST>");
      assertThat(terminal.run("ip -o -4 address show eth1")).isEmpty();
      assertThat(terminal.run("ip route show default")).contains("via 10.9.1.1 dev eth0");
      vms.awaitWide(POD, "eth0", line -> line.contains("Configured"));
      assertThat(vms.wide(POD, "eth1")).contains(" Attached ").doesNotContain("Configured");

      terminal.run("sudo cirros-dhcpc up eth1");

      assertThat(terminal.run("ip -o -4 address show eth1")).contains("10.9.1.11/24");
      assertThat(terminal.run("ip route | grep ^default").lines()).hasSize(1);
      assertThat(terminal.run("ping -c 2 -W 3 -I eth1 10.9.1.1")).contains(" 0% packet loss");
      vms.awaitWide(POD, "eth1", line -> line.contains("Configured"));
      assertThat(terminal.detach()).isTrue();
    }
    assertThat(vms.host().kubectl("logs", POD).output()).contains("cirros-dhcpc up eth1");

    vms.host().kubectl("delete", "pod", POD, "--now").output();
    assertThat(vms.host().patchbay("get", "nics", "-o", "name").output()).isBlank();
  }

  @Test
  @Proves("S000-06")
  void anImageThatBringsUpBothNicsGetsBothAddressesUnaided() {
    String seed = Confs.fixture("seed-000/vm-w-2-nics.yaml");
    vms.apply(
        seed.replace(POD, "both")
            .replace("virtlet.cloud/cirros", "virtlet.cloud/" + SmallImages.ALL_NICS));
    vms.awaitRunning("both");
    vms.awaitNics("both", Map.of("eth0", "Ready", "eth1", "Ready"));

    vms.awaitWide("both", "eth0", line -> line.contains("Configured"));
    vms.awaitWide("both", "eth1", line -> line.contains("Configured"));
    try (KubectlTerminal terminal = vms.attach("both").shell()) {
      terminal.until("ip -o -4 address show eth0", text -> text.contains("10.9.1.10/24"));
      terminal.until("ip -o -4 address show eth1", text -> text.contains("10.9.1.11/24"));
    }
    JsonNode status = vms.host().get("pod", "both").path("status");
    assertThat(status.at("/nicStatuses/1/ipAddresses/0").asString()).isEqualTo("10.9.1.11/24");
    vms.host().kubectl("delete", "pod", "both", "--now").output();
  }
}
