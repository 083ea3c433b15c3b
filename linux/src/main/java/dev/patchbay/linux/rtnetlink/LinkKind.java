package dev.patchbay.linux.rtnetlink;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacvlanMode;
import java.util.List;
import java.util.OptionalLong;

/** The kinds of virtual link that can be made by rtnetlink; tap devices are made by {@link Tap}. */
public sealed interface LinkKind {
  /**
   * A pair of links, each the other's wire.
   *
   * <p>The peer cannot be made up: the kernel opens it before the pair is tied together and refuses
   * with ENOTCONN.
   *
   * @param peer name of the other end
   * @param settings of the other end, such as the namespace it is made in
   */
  record Veth(IfName peer, List<LinkSetting> settings) implements LinkKind {
    /** Copies the list; throws IllegalArgumentException when the peer is to be up. */
    public Veth {
      settings = List.copyOf(settings);
      if (settings.contains(new LinkSetting.Up(true))) {
        throw new IllegalArgumentException(
            "veth peer " + peer + " cannot be made up; set it up afterwards");
      }
    }

    /** With settings of the other end. */
    public Veth(IfName peer, LinkSetting... settings) {
      this(peer, List.of(settings));
    }
  }

  /** A switch. */
  record Bridge(List<BridgeSetting> settings) implements LinkKind {
    /** Copies the list. */
    public Bridge {
      settings = List.copyOf(settings);
    }

    /** With settings that differ from the kernel's own. */
    public Bridge(BridgeSetting... settings) {
      this(List.of(settings));
    }
  }

  /**
   * A link with its own Ethernet address on another one.
   *
   * @param parent index, in the namespace of the socket
   * @param broadcastQueue length of the queue for broadcast frames; the kernel's default when empty
   */
  record Macvlan(int parent, MacvlanMode mode, OptionalLong broadcastQueue) implements LinkKind {
    /** With the kernel's default broadcast queue. */
    public Macvlan(int parent, MacvlanMode mode) {
      this(parent, mode, OptionalLong.empty());
    }
  }

  /** A link that shares its parent's Ethernet address. */
  record Ipvlan(int parent, IpvlanMode mode, IpvlanFlag flag) implements LinkKind {}

  /**
   * A tagged VLAN on another link.
   *
   * @param id 1 to 4094
   */
  record Vlan(int parent, int id, VlanProtocol protocol) implements LinkKind {
    /** Throws IllegalArgumentException when the id is no VLAN. */
    public Vlan {
      BridgeVlan.requireVlan(id);
    }
  }

  /** A link that swallows what it is given. */
  record Dummy() implements LinkKind {}

  /** An intermediate link for shaping incoming traffic. */
  record Ifb() implements LinkKind {}

  /** A routing domain with its own table. */
  record Vrf(long table) implements LinkKind {}

  /** Where ipvlan works (linux/if_link.h, enum ipvlan_mode). */
  enum IpvlanMode {
    L2(0),
    L3(1),
    L3S(2);

    final int wire;

    IpvlanMode(int wire) {
      this.wire = wire;
    }
  }

  /** How ipvlans of one parent see each other (linux/if_link.h, IPVLAN_F_*). */
  enum IpvlanFlag {
    BRIDGE(0),
    PRIVATE(1),
    VEPA(2);

    final int wire;

    IpvlanFlag(int wire) {
      this.wire = wire;
    }
  }

  /** The tag's EtherType (linux/if_ether.h). */
  enum VlanProtocol {
    DOT1Q(0x8100),
    DOT1AD(0x88a8);

    final int etherType;

    VlanProtocol(int etherType) {
      this.etherType = etherType;
    }
  }

  /** The kernel's name of the kind (IFLA_INFO_KIND). */
  default String wireName() {
    return switch (this) {
      case Veth _ -> "veth";
      case Bridge _ -> "bridge";
      case Macvlan _ -> "macvlan";
      case Ipvlan _ -> "ipvlan";
      case Vlan _ -> "vlan";
      case Dummy _ -> "dummy";
      case Ifb _ -> "ifb";
      case Vrf _ -> "vrf";
    };
  }
}
