package dev.patchbay.linux.packet;

import dev.patchbay.core.nic.MacAddress;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Builds Ethernet frames that announce an address; pure, in network byte order. */
public final class Frames {
  private static final int ETHERNET = 14;
  private static final byte[] BROADCAST = HexFormat.of().parseHex("ffffffffffff");
  private static final byte[] ALL_NODES_MAC = HexFormat.of().parseHex("333300000001");
  private static final byte[] ALL_NODES = HexFormat.of().parseHex("ff02" + "0".repeat(27) + "1");
  private static final short ETH_P_ARP = 0x0806; // linux/if_ether.h
  private static final short ETH_P_IP = 0x0800;
  private static final short ETH_P_IPV6 = (short) 0x86dd;
  private static final int ARP = 28;
  private static final int IPV6 = 40;
  private static final int ADVERTISEMENT = 32; // RFC 4861, sections 4.4 and 4.6.1
  private static final byte ICMPV6 = 58;
  private static final byte NEIGHBOUR_ADVERTISEMENT = (byte) 136;
  private static final int OVERRIDE = 0x20000000;

  private Frames() {}

  /** A gratuitous ARP request (RFC 5227, section 2.3): sender and target are the address. */
  public static byte[] gratuitousArpRequest(MacAddress mac, Inet4Address address) {
    return arp((short) 1, mac, address, new byte[6]);
  }

  /** The same as a reply, for neighbours that listen to replies only. */
  public static byte[] gratuitousArpReply(MacAddress mac, Inet4Address address) {
    return arp((short) 2, mac, address, mac.bytes());
  }

  private static byte[] arp(short operation, MacAddress mac, Inet4Address address, byte[] target) {
    return ByteBuffer.allocate(ETHERNET + ARP)
        .put(BROADCAST)
        .put(mac.bytes())
        .putShort(ETH_P_ARP)
        .putShort((short) 1) // Ethernet
        .putShort(ETH_P_IP)
        .put((byte) 6)
        .put((byte) 4)
        .putShort(operation)
        .put(mac.bytes())
        .put(address.getAddress())
        .put(target)
        .put(address.getAddress())
        .array();
  }

  /** An unsolicited neighbour advertisement to all nodes that overrides what they remember. */
  public static byte[] unsolicitedAdvertisement(MacAddress mac, Inet6Address address) {
    byte[] advertisement =
        ByteBuffer.allocate(ADVERTISEMENT)
            .put(NEIGHBOUR_ADVERTISEMENT)
            .put((byte) 0)
            .putShort((short) 0) // checksum, below
            .putInt(OVERRIDE)
            .put(address.getAddress())
            .put((byte) 2) // option: target link-layer address, of one times eight bytes
            .put((byte) 1)
            .put(mac.bytes())
            .array();
    int checksum = checksum(address.getAddress(), advertisement);
    return ByteBuffer.allocate(ETHERNET + IPV6 + ADVERTISEMENT)
        .put(ALL_NODES_MAC)
        .put(mac.bytes())
        .putShort(ETH_P_IPV6)
        .putInt(0x60000000)
        .putShort((short) ADVERTISEMENT)
        .put(ICMPV6)
        .put((byte) 255) // any less and neighbours drop it (RFC 4861, section 7.1.2)
        .put(address.getAddress())
        .put(ALL_NODES)
        .put(advertisement)
        .putShort(ETHERNET + IPV6 + 2, (short) checksum)
        .array();
  }

  /** RFC 4443, section 2.3: over the pseudo-header of RFC 8200, section 8.1, and the message. */
  private static int checksum(byte[] source, byte[] message) {
    ByteBuffer all =
        ByteBuffer.allocate(IPV6 + message.length)
            .put(source)
            .put(ALL_NODES)
            .putInt(message.length)
            .putInt(ICMPV6)
            .put(message)
            .flip();
    int sum = 0;
    while (all.hasRemaining()) {
      sum += Short.toUnsignedInt(all.getShort());
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >> 16);
    }
    return ~sum & 0xffff;
  }
}
