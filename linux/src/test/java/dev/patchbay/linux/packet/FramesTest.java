package dev.patchbay.linux.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.MacAddress;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FramesTest {
  private static final MacAddress MAC = new MacAddress("02:00:00:00:00:05");
  private static final HexFormat HEX = HexFormat.of();

  private static List<String> announce(InetAddress address) {
    return new Announcement(1, MAC, List.of(address))
        .frames().stream().map(HEX::formatHex).toList();
  }

  @Test
  void anIpv4AddressIsAnnouncedAsRequestAndAsReply() {
    String arp = "ffffffffffff" + "020000000005" + "0806" + "0001" + "0800" + "06" + "04";

    assertThat(announce(Cidr.ip("10.1.2.3")))
        .containsExactly(
            arp + "0001" + "020000000005" + "0a010203" + "000000000000" + "0a010203",
            arp + "0002" + "020000000005" + "0a010203" + "020000000005" + "0a010203");
  }

  @Test
  void anIpv6AddressIsAdvertisedToAllNodes() {
    String source = "fd000000000000000000000000000005";
    String allNodes = "ff020000000000000000000000000001";

    // The words of pseudo-header and message add up to 0x3a56d, folded 0xa570, inverted 0x5a8f.
    assertThat(announce(Cidr.ip("fd00::5")))
        .containsExactly(
            "333300000001"
                + "020000000005"
                + "86dd" //
                + "60000000"
                + "0020"
                + "3a"
                + "ff"
                + source
                + allNodes //
                + "88"
                + "00"
                + "5a8f"
                + "20000000"
                + source //
                + "02"
                + "01"
                + "020000000005");
  }
}
