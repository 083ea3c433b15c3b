package dev.patchbay.e2e.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.e2e.Command;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** What pods have when the power goes; the machine is reset without warning after this. */
class PowerCutInGuest {
  @Test
  void podsHavePlainAndStickyAddresses() throws IOException {
    Files.writeString(NextBootInGuest.FORMER_BOOT, NextBootInGuest.bootId());
    GuestNode.running();
    GuestNode.netns("add", "plain");
    GuestNode.cni("ADD", "plain", "eth0", NextBootInGuest.PLAIN);
    Command.of("sync").output();
    // what comes now is on the disk only if somebody made sure of it
    GuestNode.netns("add", "sticky");
    var given = GuestNode.cni("ADD", "sticky", "eth0", NextBootInGuest.STICKY);
    assertThat(NextBootInGuest.address(given)).isEqualTo(NextBootInGuest.KEPT);
    GuestNode.netns("add", "device");
    GuestNode.cni("ADD", "device", "net1", NextBootInGuest.DEVICE);
  }
}
