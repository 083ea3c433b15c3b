package dev.patchbay.linux.rtnetlink;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.linux.netns.NetnsHandle;

/** One property that a link is made with or changed to. */
public sealed interface LinkSetting {
  /** A new name; the link has to be down (EBUSY). */
  record Name(IfName name) implements LinkSetting {}

  /** Moves or makes the link there; the handle must be open when the request is sent. */
  record IntoNetns(NetnsHandle netns) implements LinkSetting {}

  /**
   * The parent that the link's kind names is in another namespace; for a link that is being made.
   *
   * @param number by which the socket's namespace knows that one ({@link RouteSocket#numberOf})
   */
  record ParentIn(int number) implements LinkSetting {}

  /** The Ethernet address. */
  record Mac(MacAddress address) implements LinkSetting {}

  /** The largest packet in bytes, without the Ethernet header. */
  record Mtu(int bytes) implements LinkSetting {}

  /** The bridge or VRF it is a port of; 0 takes it out. */
  record Master(int index) implements LinkSetting {}

  /** Administratively up or down. */
  record Up(boolean up) implements LinkSetting {}

  /** The length of the transmit queue in packets. */
  record TxQueueLength(int packets) implements LinkSetting {}

  /** Whether it takes frames for any address. */
  record Promiscuous(boolean on) implements LinkSetting {}

  /** Whether it takes all multicast frames. */
  record AllMulticast(boolean on) implements LinkSetting {}

  /** The group it can be deleted by; 0 is the default group of every link. */
  record Group(int number) implements LinkSetting {}

  /** How it makes its IPv6 link-local address; for a link that exists. */
  record AddressGeneration(AddrGenMode mode) implements LinkSetting {}

  /** A free text of up to 255 bytes; for a link that exists. */
  record Alias(String text) implements LinkSetting {}

  /** For people and errors, such as {@code mtu 1400}. */
  default String words() {
    return switch (this) {
      case Name(var name) -> "name " + name;
      case IntoNetns(var netns) -> "netns " + netns;
      case ParentIn(int number) -> "parent in netns " + number;
      case Mac(var address) -> "address " + address;
      case Mtu(int bytes) -> "mtu " + bytes;
      case Master(int index) -> "master " + index;
      case Up(boolean up) -> up ? "up" : "down";
      case TxQueueLength(int packets) -> "txqueuelen " + packets;
      case Promiscuous(boolean on) -> "promisc " + (on ? "on" : "off");
      case AllMulticast(boolean on) -> "allmulticast " + (on ? "on" : "off");
      case Group(int number) -> "group " + Integer.toUnsignedString(number);
      case AddressGeneration(var mode) -> "addrgenmode " + mode;
      case Alias(var text) -> "alias \"" + text + "\"";
    };
  }

  /** How IPv6 makes interface identifiers (linux/if_link.h, enum in6_addr_gen_mode). */
  enum AddrGenMode {
    EUI64(0),
    NONE(1),
    STABLE_PRIVACY(2),
    RANDOM(3);

    final int wire;

    AddrGenMode(int wire) {
      this.wire = wire;
    }
  }
}
