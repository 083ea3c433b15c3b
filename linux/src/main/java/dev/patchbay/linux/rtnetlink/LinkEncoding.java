package dev.patchbay.linux.rtnetlink;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacvlanMode;
import dev.patchbay.linux.netlink.Payload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;

/** Turns link settings and kinds into attributes (linux/if_link.h). */
final class LinkEncoding {
  static final int IFLA_IFNAME = 3;
  static final int IFLA_LINK = 5;
  static final int IFLA_LINKINFO = 18;
  static final int IFLA_AF_SPEC = 26;
  static final int IFLA_GROUP = 27;
  static final int IFLA_EXT_MASK = 29;
  static final int IFLA_INFO_KIND = 1;
  static final int IFLA_INFO_DATA = 2;
  static final int IFLA_INFO_SLAVE_KIND = 4;
  static final int IFLA_INFO_SLAVE_DATA = 5;
  static final int IFLA_MACVLAN_MODE = 1;
  static final int IFLA_VLAN_ID = 1;
  static final int IFLA_IPVLAN_MODE = 1;
  static final int IFLA_BR_VLAN_FILTERING = 7;
  static final int IFLA_BRPORT_MODE = 4;
  static final int IFLA_BRPORT_ISOLATED = 33;
  static final int IFF_UP = 0x1; // linux/if.h
  static final int IFF_PROMISC = 0x100;
  static final int IFF_ALLMULTI = 0x200;

  static final int IFLA_LINK_NETNSID = 37;

  private static final int IFLA_ADDRESS = 1;
  private static final int IFLA_MTU = 4;
  private static final int IFLA_MASTER = 10;
  private static final int IFLA_TXQLEN = 13;
  private static final int IFLA_IFALIAS = 20;
  private static final int IFLA_NET_NS_FD = 28;
  private static final int AF_INET6 = 10; // linux/socket.h
  private static final int IFLA_INET6_ADDR_GEN_MODE = 8;
  private static final int VETH_INFO_PEER = 1; // linux/veth.h
  private static final int IFLA_MACVLAN_BC_QUEUE_LEN = 7;
  private static final int IFLA_IPVLAN_FLAGS = 2;
  private static final int IFLA_VLAN_PROTOCOL = 5;
  private static final int IFLA_VRF_TABLE = 1;
  private static final int IFLA_BR_FORWARD_DELAY = 1;
  private static final int IFLA_BR_AGEING_TIME = 4;
  private static final int IFLA_BR_STP_STATE = 5;
  private static final int IFLA_BR_MCAST_SNOOPING = 23;
  private static final int IFLA_BR_VLAN_DEFAULT_PVID = 39;
  private static final int IFLA_BRPORT_LEARNING = 8;
  private static final int IFLA_BRPORT_UNICAST_FLOOD = 9;
  private static final int MILLIS_PER_TICK = 10; // USER_HZ is 100 on every Linux we run on

  private LinkEncoding() {}

  /** A payload that starts with a struct ifinfomsg (linux/rtnetlink.h). */
  static Payload header(int family, int index, int flags, int change) {
    ByteBuffer struct = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
    struct.put((byte) family).put((byte) 0).putShort((short) 0);
    struct.putInt(index).putInt(flags).putInt(change);
    return new Payload().struct(struct.array());
  }

  /** A header that names the link and carries the flags among the settings. */
  static Payload header(LinkId link, List<LinkSetting> settings) {
    int flags = 0;
    int change = 0;
    for (LinkSetting setting : settings) {
      flags |= flag(setting, true);
      change |= flag(setting, true) | flag(setting, false);
    }
    return switch (link) {
      case LinkId.ByIndex(int index) -> header(0, index, flags, change);
      case LinkId.ByName(IfName name) ->
          header(0, 0, flags, change).string(IFLA_IFNAME, name.value());
    };
  }

  /** The flag that a setting turns on, or off; 0 when it does not. */
  private static int flag(LinkSetting setting, boolean to) {
    return switch (setting) {
      case LinkSetting.Up(boolean on) -> on == to ? IFF_UP : 0;
      case LinkSetting.Promiscuous(boolean on) -> on == to ? IFF_PROMISC : 0;
      case LinkSetting.AllMulticast(boolean on) -> on == to ? IFF_ALLMULTI : 0;
      case LinkSetting.Name _,
          LinkSetting.IntoNetns _,
          LinkSetting.ParentIn _,
          LinkSetting.Mac _,
          LinkSetting.Mtu _,
          LinkSetting.Master _,
          LinkSetting.TxQueueLength _,
          LinkSetting.Group _,
          LinkSetting.AddressGeneration _,
          LinkSetting.Alias _ ->
          0;
    };
  }

  static void put(Payload to, LinkSetting setting) {
    switch (setting) {
      case LinkSetting.Name(var name) -> to.string(IFLA_IFNAME, name.value());
      case LinkSetting.IntoNetns(var netns) -> to.u32(IFLA_NET_NS_FD, netns.fd());
      case LinkSetting.ParentIn(int number) -> to.u32(IFLA_LINK_NETNSID, number);
      case LinkSetting.Mac(var address) -> to.bytes(IFLA_ADDRESS, address.bytes());
      case LinkSetting.Mtu(int bytes) -> to.u32(IFLA_MTU, bytes);
      case LinkSetting.Master(int index) -> to.u32(IFLA_MASTER, index);
      case LinkSetting.TxQueueLength(int packets) -> to.u32(IFLA_TXQLEN, packets);
      case LinkSetting.Group(int number) -> to.u32(IFLA_GROUP, number);
      case LinkSetting.Alias(var text) -> to.string(IFLA_IFALIAS, text);
      case LinkSetting.AddressGeneration(var mode) ->
          to.nest(
              IFLA_AF_SPEC,
              families ->
                  families.nest(AF_INET6, inet6 -> inet6.u8(IFLA_INET6_ADDR_GEN_MODE, mode.wire)));
      case LinkSetting.Up _, LinkSetting.Promiscuous _, LinkSetting.AllMulticast _ -> {
        // these are flags of the header
      }
    }
  }

  static void put(Payload to, LinkKind kind) {
    parent(to, kind);
    to.nest(
        IFLA_LINKINFO,
        details -> {
          details.string(IFLA_INFO_KIND, kind.wireName());
          if (!isPlain(kind)) {
            details.nest(IFLA_INFO_DATA, data -> putDetails(data, kind));
          }
        });
  }

  private static boolean isPlain(LinkKind kind) {
    return switch (kind) {
      case LinkKind.Dummy _, LinkKind.Ifb _ -> true;
      case LinkKind.Bridge(var settings) -> settings.isEmpty();
      case LinkKind.Veth _,
          LinkKind.Macvlan _,
          LinkKind.Ipvlan _,
          LinkKind.Vlan _,
          LinkKind.Vrf _ ->
          false;
    };
  }

  private static void parent(Payload to, LinkKind kind) {
    switch (kind) {
      case LinkKind.Macvlan(int parent, _, _) -> to.u32(IFLA_LINK, parent);
      case LinkKind.Ipvlan(int parent, _, _) -> to.u32(IFLA_LINK, parent);
      case LinkKind.Vlan(int parent, _, _) -> to.u32(IFLA_LINK, parent);
      case LinkKind.Veth _, LinkKind.Bridge _, LinkKind.Dummy _, LinkKind.Ifb _, LinkKind.Vrf _ -> {
        // these stand on no other link
      }
    }
  }

  private static void putDetails(Payload to, LinkKind kind) {
    switch (kind) {
      case LinkKind.Veth(var peer, var settings) ->
          to.bytes(VETH_INFO_PEER, peer(peer, settings).toBytes());
      case LinkKind.Bridge(var settings) -> settings.forEach(setting -> put(to, setting));
      case LinkKind.Macvlan(_, var mode, var queue) -> {
        to.u32(IFLA_MACVLAN_MODE, wire(mode));
        queue.ifPresent(length -> to.u32(IFLA_MACVLAN_BC_QUEUE_LEN, length));
      }
      case LinkKind.Ipvlan(_, var mode, var flag) ->
          to.u16(IFLA_IPVLAN_MODE, mode.wire).u16(IFLA_IPVLAN_FLAGS, flag.wire);
      case LinkKind.Vlan(_, int id, var protocol) ->
          to.u16(IFLA_VLAN_ID, id).be16(IFLA_VLAN_PROTOCOL, protocol.etherType);
      case LinkKind.Vrf(long table) -> to.u32(IFLA_VRF_TABLE, table);
      case LinkKind.Dummy _, LinkKind.Ifb _ -> {
        // nothing to say beyond the kind
      }
    }
  }

  /** MACVLAN_MODE_*. */
  static int wire(MacvlanMode mode) {
    return switch (mode) {
      case PRIVATE -> 1;
      case VEPA -> 2;
      case BRIDGE -> 4;
      case PASSTHRU -> 8;
    };
  }

  private static Payload peer(IfName name, List<LinkSetting> settings) {
    Payload peer = header(LinkId.of(name), settings);
    settings.forEach(setting -> put(peer, setting));
    return peer;
  }

  static void put(Payload to, BridgeSetting setting) {
    switch (setting) {
      case BridgeSetting.VlanFiltering(boolean on) -> to.u8(IFLA_BR_VLAN_FILTERING, on ? 1 : 0);
      case BridgeSetting.DefaultPvid(int id) -> to.u16(IFLA_BR_VLAN_DEFAULT_PVID, id);
      case BridgeSetting.Stp(boolean on) -> to.u32(IFLA_BR_STP_STATE, on ? 1 : 0);
      case BridgeSetting.ForwardDelay(var delay) -> to.u32(IFLA_BR_FORWARD_DELAY, ticks(delay));
      case BridgeSetting.Ageing(var time) -> to.u32(IFLA_BR_AGEING_TIME, ticks(time));
      case BridgeSetting.MulticastSnooping(boolean on) -> to.u8(IFLA_BR_MCAST_SNOOPING, on ? 1 : 0);
    }
  }

  private static long ticks(Duration time) {
    return time.toMillis() / MILLIS_PER_TICK;
  }

  static void put(Payload to, PortSetting setting) {
    switch (setting) {
      case PortSetting.Hairpin(boolean on) -> to.u8(IFLA_BRPORT_MODE, on ? 1 : 0);
      case PortSetting.Isolated(boolean on) -> to.u8(IFLA_BRPORT_ISOLATED, on ? 1 : 0);
      case PortSetting.Learning(boolean on) -> to.u8(IFLA_BRPORT_LEARNING, on ? 1 : 0);
      case PortSetting.UnicastFlood(boolean on) -> to.u8(IFLA_BRPORT_UNICAST_FLOOD, on ? 1 : 0);
    }
  }
}
