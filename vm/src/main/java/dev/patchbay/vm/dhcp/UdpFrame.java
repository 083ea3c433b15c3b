package dev.patchbay.vm.dhcp;

import dev.patchbay.core.nic.MacAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A UDP datagram over IPv4 in an Ethernet frame without VLAN tag.
 *
 * @param payload copied in and out
 */
record UdpFrame(
    MacAddress from,
    MacAddress to,
    Inet4Address source,
    Inet4Address destination,
    int sourcePort,
    int destinationPort,
    ByteBuffer payload) {
  private static final int MAC_BYTES = 6;
  private static final int ETHERNET = 14;
  private static final int IP = 20;
  private static final int UDP_HEADER = 8;
  private static final int ETH_P_IP = 0x0800;
  private static final int UDP = 17;
  private static final int FRAGMENT = 0x3fff;
  private static final int TTL = 64;
  private static final int VERSION_AND_LENGTH = 0x45;

  UdpFrame {
    payload = payload.asReadOnlyBuffer();
  }

  /**
   * Reads a frame; empty when it is anything else, a fragment, or cut. Checksums are not looked at:
   * a guest that leaves them to its NIC sends them unfinished.
   */
  static Optional<UdpFrame> of(byte[] frame) {
    ByteBuffer in = ByteBuffer.wrap(frame);
    if (frame.length < ETHERNET + IP + UDP_HEADER || port(in, 2 * MAC_BYTES) != ETH_P_IP) {
      return Optional.empty();
    }
    int header = (frame[ETHERNET] & 0xf) * Integer.BYTES;
    int total = port(in, ETHERNET + 2);
    if ((frame[ETHERNET] & 0xf0) != 0x40
        || header < IP
        || frame[ETHERNET + 9] != UDP
        || (port(in, ETHERNET + 6) & FRAGMENT) != 0
        || ETHERNET + total > frame.length
        || header + UDP_HEADER > total) {
      return Optional.empty();
    }
    int udp = ETHERNET + header;
    int length = port(in, udp + 4);
    if (length < UDP_HEADER || header + length > total) {
      return Optional.empty();
    }
    return Optional.of(
        new UdpFrame(
            mac(in, MAC_BYTES),
            mac(in, 0),
            address(in, ETHERNET + 12),
            address(in, ETHERNET + 16),
            port(in, udp),
            port(in, udp + 2),
            in.slice(udp + UDP_HEADER, length - UDP_HEADER)));
  }

  /** The payload's bytes. */
  byte[] data() {
    byte[] bytes = new byte[payload.remaining()];
    payload.get(payload.position(), bytes);
    return bytes;
  }

  /** The frame as it goes over the wire, with both checksums. */
  byte[] bytes() {
    byte[] data = data();
    int length = UDP_HEADER + data.length;
    ByteBuffer out = ByteBuffer.allocate(ETHERNET + IP + length);
    out.put(to.bytes()).put(from.bytes()).putShort((short) ETH_P_IP);
    out.put((byte) VERSION_AND_LENGTH).put((byte) 0).putShort((short) (IP + length));
    out.putInt(0).put((byte) TTL).put((byte) UDP).putShort((short) 0);
    out.put(source.getAddress()).put(destination.getAddress());
    out.putShort((short) sourcePort).putShort((short) destinationPort);
    out.putShort((short) length).putShort((short) 0).put(data);
    out.putShort(ETHERNET + 10, (short) ~sum(out, ETHERNET, IP, 0));
    // the pseudo header: both addresses, the protocol, the length
    int checksum = ~sum(out, ETHERNET + 12, 8 + length, UDP + length) & 0xffff;
    out.putShort(ETHERNET + IP + 6, (short) (checksum == 0 ? 0xffff : checksum));
    return out.array();
  }

  /** The ones' complement sum of RFC 1071. */
  private static int sum(ByteBuffer in, int from, int length, int start) {
    int sum = start;
    for (int i = 0; i < length; i += 2) {
      int low = i + 1 < length ? Byte.toUnsignedInt(in.get(from + i + 1)) : 0;
      sum += Byte.toUnsignedInt(in.get(from + i)) << 8 | low;
    }
    while (sum >> 16 != 0) {
      sum = (sum & 0xffff) + (sum >> 16);
    }
    return sum;
  }

  private static int port(ByteBuffer in, int at) {
    return Short.toUnsignedInt(in.getShort(at));
  }

  private static MacAddress mac(ByteBuffer in, int at) {
    byte[] bytes = new byte[MAC_BYTES];
    in.get(at, bytes);
    return MacAddress.of(bytes);
  }

  private static Inet4Address address(ByteBuffer in, int at) {
    byte[] bytes = new byte[Integer.BYTES];
    in.get(at, bytes);
    try {
      return (Inet4Address) InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 bytes are always an address", e);
    }
  }
}
