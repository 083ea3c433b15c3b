package dev.patchbay.e2e.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.e2e.Await;
import dev.patchbay.e2e.Command;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Host devices whose pod ends while the agent is away: the kernel gives them back to the host, but
 * under the pod's names and with the pod's settings.
 */
class DevicesComeBackInGuest {
  private List<MachineLink> before;

  @BeforeEach
  void prepareTheHost() {
    Command.of("ip", "link", "set", "eth0", "mtu", "1400", "up").output();
    Command.of("ip", "link", "set", "eth1", "mtu", "1450").output();
    before = MachineLink.all();
    GuestNode.netns("add", "red");
    GuestNode.netns("add", "blue");
  }

  @AfterEach
  void removePods() {
    Command.of("ip", "netns", "delete", "red").run();
    Command.of("ip", "netns", "delete", "blue").run();
  }

  @Test
  void agentThatWasAwayRestoresNamesAndSettingsAtItsNextStart() {
    GuestNode agent = GuestNode.running();
    GuestNode.cni("ADD", "red", "net1", device(0));
    GuestNode.cni("ADD", "blue", "net1", device(1));
    assertThat(MachineLink.all()).isEmpty();
    GuestNode.inPod("red", "link", "set", "net1", "mtu", "1300");

    agent.kill();
    GuestNode.cni("DEL", "red", "net1", device(0));
    GuestNode.cni("DEL", "blue", "net1", device(1));
    GuestNode.netns("delete", "red");
    GuestNode.netns("delete", "blue");
    assertThat(GuestNode.spooled()).hasSize(2);
    awaitDevices();
    assertThat(MachineLink.all()).extracting(MachineLink::name).contains("net1");

    GuestNode.running();
    restored();
  }

  @Test
  void podThatWentWithoutDelGivesItsDeviceBackAtTheDelThatFollows() {
    GuestNode.running();
    GuestNode.cni("ADD", "red", "net1", device(0));
    GuestNode.netns("delete", "red");
    awaitDevices();
    GuestNode.cni("DEL", "red", "net1", device(0));
    restored();
  }

  private void awaitDevices() {
    Await.until(
        "the kernel gives the devices back",
        GuestNode.LIMIT,
        () -> MachineLink.all().size() == before.size());
  }

  private void restored() {
    assertThat(
            Await.settled(
                GuestNode.LIMIT, MachineLink::all, links -> List.copyOf(links).equals(before)))
        .as("links of the host; the agent's log: %s", GuestNode.log())
        .isEqualTo(before);
    assertThat(GuestNode.spooled()).isEmpty();
  }

  private static String device(int nic) {
    return """
    {"cniVersion": "1.0.0", "name": "wire", "type": "host-device", "pciBusID": "%s"}
    """
        .formatted(GuestMachine.NICS.get(nic));
  }
}
