package dev.patchbay.linux.rtnetlink;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.linux.netlink.Payload;
import dev.patchbay.linux.netlink.Request;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Requests about links; pure values, to be sent by a {@link RouteSocket}. */
public final class Links {
  // linux/rtnetlink.h
  static final int RTM_NEWLINK = 16;
  static final int RTM_DELLINK = 17;
  static final int RTM_GETLINK = 18;
  private static final int RTM_SETLINK = 19;
  private static final int RTEXT_FILTER_SKIP_STATS = 8;
  private static final int IMPOSSIBLE_MTU = -1;
  private static final int AF_BRIDGE = 7; // linux/socket.h
  // linux/if_bridge.h
  private static final int IFLA_BRIDGE_FLAGS = 0;
  private static final int IFLA_BRIDGE_VLAN_INFO = 2;
  private static final int BRIDGE_FLAGS_SELF = 2;
  private static final int BRIDGE_VLAN_INFO_PVID = 2;
  private static final int BRIDGE_VLAN_INFO_UNTAGGED = 4;
  private static final int BRIDGE_VLAN_INFO_RANGE_BEGIN = 8;
  private static final int BRIDGE_VLAN_INFO_RANGE_END = 16;

  private Links() {}

  /**
   * Makes a link; EEXIST when the name is taken. {@code Alias} and {@code AddressGeneration} are
   * refused with IllegalArgumentException, as the kernel would pass over them in silence.
   */
  public static Request add(IfName name, LinkKind kind, LinkSetting... settings) {
    return add(name, kind, List.of(settings));
  }

  /** The same for a list of settings. */
  public static Request add(IfName name, LinkKind kind, List<LinkSetting> settings) {
    for (LinkSetting setting : settings) {
      if (setting instanceof LinkSetting.Alias
          || setting instanceof LinkSetting.AddressGeneration) {
        throw new IllegalArgumentException(setting + " can only be set on a link that exists");
      }
    }
    Payload payload = LinkEncoding.header(LinkId.of(name), settings);
    settings.forEach(setting -> LinkEncoding.put(payload, setting));
    LinkEncoding.put(payload, kind);
    return Request.of(
        "add " + kind.wireName() + " " + name,
        RTM_NEWLINK,
        Request.NLM_F_CREATE | Request.NLM_F_EXCL,
        payload);
  }

  /**
   * Changes a link, all settings in one message: a move into another namespace together with the
   * name there cannot be interrupted between the two. A new name needs the link by its index.
   */
  public static Request set(LinkId link, LinkSetting... settings) {
    return set(link, List.of(settings));
  }

  /** The same for a list of settings. */
  public static Request set(LinkId link, List<LinkSetting> settings) {
    boolean renames = settings.stream().anyMatch(LinkSetting.Name.class::isInstance);
    if (renames && link instanceof LinkId.ByName) {
      throw new IllegalArgumentException("renaming " + link + " needs its index");
    }
    Payload payload = LinkEncoding.header(link, settings);
    settings.forEach(setting -> LinkEncoding.put(payload, setting));
    String words = settings.stream().map(LinkSetting::words).collect(Collectors.joining(", "));
    return Request.of("set " + link + " " + words, RTM_SETLINK, 0, payload);
  }

  /** Changes properties of a bridge. */
  public static Request setBridge(LinkId bridge, BridgeSetting... settings) {
    Payload payload = LinkEncoding.header(bridge, List.of());
    LinkEncoding.put(payload, new LinkKind.Bridge(settings));
    String what = "set " + words(Arrays.asList(settings)) + " of bridge " + bridge;
    return Request.of(what, RTM_NEWLINK, 0, payload);
  }

  /** Changes properties of a bridge's port; EINVAL when the link is none. */
  public static Request setPort(LinkId port, PortSetting... settings) {
    Payload payload = LinkEncoding.header(port, List.of());
    payload.nest(
        LinkEncoding.IFLA_LINKINFO,
        details ->
            details
                .string(LinkEncoding.IFLA_INFO_SLAVE_KIND, "bridge")
                .nest(
                    LinkEncoding.IFLA_INFO_SLAVE_DATA,
                    to -> List.of(settings).forEach(setting -> LinkEncoding.put(to, setting))));
    String what = "set " + words(Arrays.asList(settings)) + " of port " + port;
    return Request.of(what, RTM_NEWLINK, 0, payload);
  }

  /** Lets a bridge's port carry VLANs. */
  public static Request addPortVlan(int port, BridgeVlan vlan) {
    return Request.of("add " + vlan + " to port " + port, RTM_SETLINK, 0, vlans(port, vlan, false));
  }

  /** Takes VLANs from a bridge's port. */
  public static Request deletePortVlan(int port, BridgeVlan vlan) {
    return Request.of(
        "delete " + vlan + " from port " + port, RTM_DELLINK, 0, vlans(port, vlan, false));
  }

  /** Lets the bridge itself, as seen by the host's own stack, take part in VLANs. */
  public static Request addBridgeVlan(int bridge, BridgeVlan vlan) {
    return Request.of(
        "add " + vlan + " to bridge " + bridge, RTM_SETLINK, 0, vlans(bridge, vlan, true));
  }

  private static Payload vlans(int index, BridgeVlan vlan, boolean self) {
    int flags =
        (vlan.pvid() ? BRIDGE_VLAN_INFO_PVID : 0)
            | (vlan.untagged() ? BRIDGE_VLAN_INFO_UNTAGGED : 0);
    return LinkEncoding.header(AF_BRIDGE, index, 0, 0)
        .nest(
            LinkEncoding.IFLA_AF_SPEC,
            to -> {
              if (self) {
                to.u16(IFLA_BRIDGE_FLAGS, BRIDGE_FLAGS_SELF);
              }
              if (vlan.first() == vlan.last()) {
                to.bytes(IFLA_BRIDGE_VLAN_INFO, vlanStruct(flags, vlan.first()));
              } else {
                to.bytes(
                    IFLA_BRIDGE_VLAN_INFO,
                    vlanStruct(flags | BRIDGE_VLAN_INFO_RANGE_BEGIN, vlan.first()));
                to.bytes(
                    IFLA_BRIDGE_VLAN_INFO,
                    vlanStruct(flags | BRIDGE_VLAN_INFO_RANGE_END, vlan.last()));
              }
            });
  }

  private static byte[] vlanStruct(int flags, int id) {
    ByteBuffer struct = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder());
    return struct.putShort((short) flags).putShort((short) id).array();
  }

  /** Deletes a link; ENODEV when it is gone. Takes an RCU grace period, some 20 ms. */
  public static Request delete(LinkId link) {
    return Request.of("delete " + link, RTM_DELLINK, 0, LinkEncoding.header(link, List.of()));
  }

  /**
   * Deletes all links of a group in one grace period; ENODEV when there is none. It takes a
   * stranger's link of that group too, and one that cannot be deleted fails the whole group: choose
   * a random high number, set it by index just before, never group 0.
   */
  public static Request deleteGroup(int group) {
    if (group == 0) {
      throw new IllegalArgumentException("group 0 holds every link of the namespace");
    }
    Payload payload =
        LinkEncoding.header(0, 0, 0, 0).u32(LinkEncoding.IFLA_GROUP, Integer.toUnsignedLong(group));
    return Request.of("delete group " + Integer.toUnsignedString(group), RTM_DELLINK, 0, payload);
  }

  /**
   * Asks whether a group has links: EINVAL when it has, success when not, and nothing changes.
   *
   * <p>The kernel has no question of this kind, and listing thousands of links takes longer than
   * deleting eight. So it is told to give every link of the group an MTU that no link can have.
   */
  public static Request probeGroup(int group) {
    Payload payload =
        LinkEncoding.header(0, 0, 0, 0).u32(LinkEncoding.IFLA_GROUP, Integer.toUnsignedLong(group));
    LinkEncoding.put(payload, new LinkSetting.Mtu(IMPOSSIBLE_MTU));
    String what = "look for links of group " + Integer.toUnsignedString(group);
    return Request.of(what, RTM_NEWLINK, 0, payload);
  }

  /** Asks for one link; ENODEV when there is none. The reply is for {@link KernelLink#parse}. */
  public static Request get(LinkId link) {
    Payload payload = LinkEncoding.header(link, List.of());
    payload.u32(LinkEncoding.IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    return Request.of("look up " + link, RTM_GETLINK, 0, payload);
  }

  /** Asks for all links. */
  static Request list() {
    Payload payload = LinkEncoding.header(0, 0, 0, 0);
    payload.u32(LinkEncoding.IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    return Request.dump("list links", RTM_GETLINK, payload);
  }

  private static String words(List<?> settings) {
    return settings.stream()
        .map(Object::toString)
        .reduce((one, other) -> one + ", " + other)
        .orElse("nothing");
  }
}
