package dev.patchbay.linux.rtnetlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.MacvlanMode;
import dev.patchbay.linux.netlink.Request;
import dev.patchbay.linux.rtnetlink.LinkSetting.Group;
import dev.patchbay.linux.rtnetlink.LinkSetting.Mac;
import dev.patchbay.linux.rtnetlink.LinkSetting.Master;
import dev.patchbay.linux.rtnetlink.LinkSetting.Mtu;
import dev.patchbay.linux.rtnetlink.LinkSetting.Name;
import dev.patchbay.linux.rtnetlink.LinkSetting.Up;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * Requests against bytes written by hand from linux/if_link.h and linux/rtnetlink.h, for
 * little-endian machines (amd64 and arm64). Each row is one struct or attribute: length, type,
 * value.
 */
final class LinksTest {
  private static final IfName NAME = new IfName("a0");
  private static final String NEW = "0010 0605 "; // RTM_NEWLINK, REQUEST|ACK|EXCL|CREATE
  private static final String CHANGE = "0010 0005 "; // RTM_NEWLINK, REQUEST|ACK
  private static final String SET = "0013 0005 "; // RTM_SETLINK, REQUEST|ACK
  private static final String DELETE = "0011 0005 "; // RTM_DELLINK
  private static final String NO_HEADER = "00000000" + "00000000" + "00000000" + "00000000";
  private static final String LINK_7 = "00000000" + "07000000" + "00000000" + "00000000";
  private static final String PORT_7 = "07000000" + "07000000" + "00000000" + "00000000";
  private static final String IFNAME_A0 = "0700" + "0300" + "613000" + "00";

  private static void assertBytes(Request request, String... rows) {
    assertThat(request.toHex()).isEqualTo(String.join("", rows));
  }

  @Test
  void vethWithItsPeerComesInOneMessage() {
    assertBytes(
        Links.add(
            NAME,
            new LinkKind.Veth(
                new IfName("b"), new Mac(new MacAddress("02:00:00:00:00:05")), new Mtu(1400)),
            new Master(5),
            new Mtu(1400),
            new Up(true)),
        NEW,
        "00000000" + "00000000" + "01000000" + "01000000", // IFF_UP in flags and change
        IFNAME_A0,
        "0800" + "0a00" + "05000000", // IFLA_MASTER
        "0800" + "0400" + "78050000", // IFLA_MTU
        "4400" + "1200", // IFLA_LINKINFO
        "0900" + "0100" + "7665746800" + "000000", // IFLA_INFO_KIND
        "3400" + "0200", // IFLA_INFO_DATA
        "3000" + "0100", // VETH_INFO_PEER
        NO_HEADER,
        "0600" + "0300" + "6200" + "0000", // IFLA_IFNAME
        "0a00" + "0100" + "020000000005" + "0000", // IFLA_ADDRESS
        "0800" + "0400" + "78050000"); // IFLA_MTU
  }

  @Test
  void bridgeWithVlanFiltering() {
    assertBytes(
        Links.add(
            NAME,
            new LinkKind.Bridge(
                new BridgeSetting.VlanFiltering(true),
                new BridgeSetting.DefaultPvid(0),
                new BridgeSetting.Stp(false),
                new BridgeSetting.ForwardDelay(Duration.ofSeconds(2)),
                new BridgeSetting.Ageing(Duration.ofSeconds(300)))),
        NEW,
        NO_HEADER,
        IFNAME_A0,
        "3c00" + "1200",
        "0b00" + "0100" + "62726964676500" + "00",
        "2c00" + "0200",
        "0500" + "0700" + "01000000", // IFLA_BR_VLAN_FILTERING
        "0600" + "2700" + "00000000", // IFLA_BR_VLAN_DEFAULT_PVID
        "0800" + "0500" + "00000000", // IFLA_BR_STP_STATE
        "0800" + "0100" + "c8000000", // IFLA_BR_FORWARD_DELAY
        "0800" + "0400" + "30750000"); // IFLA_BR_AGEING_TIME
  }

  @Test
  void plainBridgeSaysNothingBeyondItsKind() {
    assertBytes(
        Links.add(NAME, new LinkKind.Bridge()),
        NEW,
        NO_HEADER,
        IFNAME_A0,
        "1000" + "1200",
        "0b00" + "0100" + "62726964676500" + "00");
  }

  @Test
  void macvlanWithBroadcastQueue() {
    assertBytes(
        Links.add(NAME, new LinkKind.Macvlan(3, MacvlanMode.PASSTHRU, OptionalLong.of(2000))),
        NEW,
        NO_HEADER,
        IFNAME_A0,
        "0800" + "0500" + "03000000", // IFLA_LINK
        "2400" + "1200",
        "0c00" + "0100" + "6d6163766c616e00",
        "1400" + "0200",
        "0800" + "0100" + "08000000", // IFLA_MACVLAN_MODE
        "0800" + "0700" + "d0070000"); // IFLA_MACVLAN_BC_QUEUE_LEN
  }

  @Test
  void ipvlan() {
    assertBytes(
        Links.add(
            NAME, new LinkKind.Ipvlan(3, LinkKind.IpvlanMode.L3S, LinkKind.IpvlanFlag.PRIVATE)),
        NEW,
        NO_HEADER,
        IFNAME_A0,
        "0800" + "0500" + "03000000",
        "2400" + "1200",
        "0b00" + "0100" + "6970766c616e00" + "00",
        "1400" + "0200",
        "0600" + "0100" + "02000000", // IFLA_IPVLAN_MODE
        "0600" + "0200" + "01000000"); // IFLA_IPVLAN_FLAGS
  }

  @Test
  void vlan() {
    assertBytes(
        Links.add(NAME, new LinkKind.Vlan(3, 100, LinkKind.VlanProtocol.DOT1AD)),
        NEW,
        NO_HEADER,
        IFNAME_A0,
        "0800" + "0500" + "03000000",
        "2400" + "1200",
        "0900" + "0100" + "766c616e00" + "000000",
        "1400" + "0200",
        "0600" + "0100" + "64000000", // IFLA_VLAN_ID
        "0600" + "0500" + "88a80000"); // IFLA_VLAN_PROTOCOL, network byte order
  }

  @Test
  void dummyIfbAndVrf() {
    assertBytes(
        Links.add(NAME, new LinkKind.Dummy()),
        NEW,
        NO_HEADER,
        IFNAME_A0,
        "1000" + "1200",
        "0a00" + "0100" + "64756d6d7900" + "0000");
    assertBytes(
        Links.add(NAME, new LinkKind.Ifb()),
        NEW,
        NO_HEADER,
        IFNAME_A0,
        "0c00" + "1200",
        "0800" + "0100" + "69666200");
    assertBytes(
        Links.add(NAME, new LinkKind.Vrf(1001)),
        NEW,
        NO_HEADER,
        IFNAME_A0,
        "1800" + "1200",
        "0800" + "0100" + "76726600",
        "0c00" + "0200",
        "0800" + "0100" + "e9030000");
  }

  @Test
  void settingsTravelTogether() {
    assertBytes(
        Links.set(
            LinkId.of(7),
            new Name(NAME),
            new Up(false),
            new LinkSetting.Promiscuous(true),
            new LinkSetting.AllMulticast(false),
            new Group(0x12345678),
            new LinkSetting.TxQueueLength(500),
            new LinkSetting.Alias("x")),
        SET,
        "00000000" + "07000000" + "00010000" + "01030000",
        IFNAME_A0,
        "0800" + "1b00" + "78563412", // IFLA_GROUP
        "0800" + "0d00" + "f4010000", // IFLA_TXQLEN
        "0600" + "1400" + "7800" + "0000"); // IFLA_IFALIAS
  }

  @Test
  void addressGenerationIsAnInet6Matter() {
    assertBytes(
        Links.set(LinkId.of(7), new LinkSetting.AddressGeneration(LinkSetting.AddrGenMode.NONE)),
        SET,
        LINK_7,
        "1000" + "1a00", // IFLA_AF_SPEC
        "0c00" + "0a00", // AF_INET6
        "0500" + "0800" + "01000000"); // IFLA_INET6_ADDR_GEN_MODE
  }

  @Test
  void bridgeAndPortSettingsAreChangesOfTheLink() {
    assertBytes(
        Links.setBridge(LinkId.of(7), new BridgeSetting.MulticastSnooping(false)),
        CHANGE,
        LINK_7,
        "1c00" + "1200",
        "0b00" + "0100" + "62726964676500" + "00",
        "0c00" + "0200",
        "0500" + "1700" + "00000000");
    assertBytes(
        Links.setPort(
            LinkId.of(NAME),
            new PortSetting.Hairpin(true),
            new PortSetting.Isolated(true),
            new PortSetting.Learning(false),
            new PortSetting.UnicastFlood(false)),
        CHANGE,
        NO_HEADER,
        IFNAME_A0,
        "3400" + "1200",
        "0b00" + "0400" + "62726964676500" + "00", // IFLA_INFO_SLAVE_KIND
        "2400" + "0500", // IFLA_INFO_SLAVE_DATA
        "0500" + "0400" + "01000000", // IFLA_BRPORT_MODE
        "0500" + "2100" + "01000000", // IFLA_BRPORT_ISOLATED
        "0500" + "0800" + "00000000", // IFLA_BRPORT_LEARNING
        "0500" + "0900" + "00000000"); // IFLA_BRPORT_UNICAST_FLOOD
  }

  @Test
  void portVlans() {
    assertBytes(
        Links.addPortVlan(7, BridgeVlan.access(100)),
        SET,
        PORT_7,
        "0c00" + "1a00",
        "0800" + "0200" + "0600" + "6400"); // PVID|UNTAGGED, vid
    assertBytes(
        Links.deletePortVlan(7, new BridgeVlan(10, 20, false, false)),
        DELETE,
        PORT_7,
        "1400" + "1a00",
        "0800" + "0200" + "0800" + "0a00", // RANGE_BEGIN
        "0800" + "0200" + "1000" + "1400"); // RANGE_END
    assertBytes(
        Links.addBridgeVlan(7, BridgeVlan.tagged(4094)),
        SET,
        PORT_7,
        "1400" + "1a00",
        "0600" + "0000" + "02000000", // IFLA_BRIDGE_FLAGS: SELF
        "0800" + "0200" + "0000" + "fe0f");
  }

  @Test
  void deletionIsByIndexByNameOrByGroup() {
    assertBytes(Links.delete(LinkId.of(7)), DELETE, LINK_7);
    assertBytes(Links.delete(LinkId.of(NAME)), DELETE, NO_HEADER, IFNAME_A0);
    assertBytes(Links.deleteGroup(0x12345678), DELETE, NO_HEADER, "0800" + "1b00" + "78563412");
  }

  @Test
  void lookUpsLeaveStatisticsOut() {
    assertBytes(Links.get(LinkId.of(7)), "0012 0005 ", LINK_7, "0800" + "1d00" + "08000000");
  }

  @Test
  void whatTheKernelWouldGetWrongOrIgnoreIsRefused() {
    assertThatThrownBy(() -> Links.deleteGroup(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LinkId.of(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Links.add(NAME, new LinkKind.Dummy(), new LinkSetting.Alias("x")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Links.set(LinkId.of(NAME), new Name(new IfName("b"))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new LinkKind.Veth(NAME, new Up(true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("set it up afterwards");
    assertThatThrownBy(() -> new LinkKind.Vlan(1, 4095, LinkKind.VlanProtocol.DOT1Q))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4095");
    assertThatThrownBy(() -> new BridgeVlan(5, 4, false, false))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
