package dev.patchbay.vm.dhcp;

import dev.patchbay.core.nic.MacAddress;
import java.net.Inet6Address;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A packet of IPv6 in an Ethernet frame without VLAN tag, its payload right after its header.
 *
 * @param next what the payload is: {@link #UDP} or {@link #ICMP}
 * @param hops 255 where no router may have passed it on
 */
record Ipv6Frame(
    MacAddress from,
    MacAddress to,
    Inet6Address source,
    Inet6Address destination,
    int next,
    int hops,
    ByteBuffer payload) {
  static final int UDP = 17;
  static final int ICMP = 58;
  static final int UDP_HEADER = 8;

  private static final int MAC_BYTES = 6;
  private static final int ETHERNET = 14;
  private static final int IP = 40;
  private static final int ADDRESS = 16;
  private static final int ETH_P_IPV6 = 0x86dd;
  private static final int VERSION = 0x60000000;
  private static final HexFormat HEX = HexFormat.of();

  Ipv6Frame {
    payload = payload.asReadOnlyBuffer();
  }

  /**
   * Reads a frame; empty when it is anything else, has extension headers, or is cut. Checksums are
   * not looked at: a guest that leaves them to its NIC sends them unfinished.
   */
  static Optional<Ipv6Frame> of(byte[] frame) {
    ByteBuffer in = ByteBuffer.wrap(frame);
    if (frame.length < ETHERNET + IP
        || Short.toUnsignedInt(in.getShort(2 * MAC_BYTES)) != ETH_P_IPV6
        || (frame[ETHERNET] & 0xf0) != 0x60) {
      return Optional.empty();
    }
    int length = Short.toUnsignedInt(in.getShort(ETHERNET + 4));
    if (ETHERNET + IP + length > frame.length) {
      return Optional.empty();
    }
    return Optional.of(
        new Ipv6Frame(
            mac(in, MAC_BYTES),
            mac(in, 0),
            address(bytes(in, ETHERNET + 8, ADDRESS)),
            address(bytes(in, ETHERNET + 24, ADDRESS)),
            Byte.toUnsignedInt(frame[ETHERNET + 6]),
            Byte.toUnsignedInt(frame[ETHERNET + 7]),
            in.slice(ETHERNET + IP, length)));
  }

  /** A datagram's data, if this is one to that port. */
  Optional<byte[]> datagram(int port) {
    if (next != UDP
        || payload.remaining() < UDP_HEADER
        || Short.toUnsignedInt(payload.getShort(2)) != port) {
      return Optional.empty();
    }
    int length = Short.toUnsignedInt(payload.getShort(4));
    return length < UDP_HEADER || length > payload.remaining()
        ? Optional.empty()
        : Optional.of(bytes(payload, UDP_HEADER, length - UDP_HEADER));
  }

  /** A datagram as payload, its checksum still missing. */
  static ByteBuffer datagram(int from, int to, byte[] data) {
    return ByteBuffer.allocate(UDP_HEADER + data.length)
        .putShort((short) from)
        .putShort((short) to)
        .putShort((short) (UDP_HEADER + data.length))
        .putShort((short) 0)
        .put(data)
        .flip();
  }

  /** The frame as it goes over the wire, with the checksum of its payload. */
  byte[] bytes() {
    int length = payload.remaining();
    ByteBuffer out = ByteBuffer.allocate(ETHERNET + IP + length);
    out.put(to.bytes()).put(from.bytes()).putShort((short) ETH_P_IPV6);
    out.putInt(VERSION).putShort((short) length).put((byte) next).put((byte) hops);
    out.put(source.getAddress()).put(destination.getAddress()).put(payload.duplicate());
    int at = ETHERNET + IP + (next == UDP ? 6 : 2);
    out.putShort(at, (short) 0);
    // the pseudo header: both addresses, the length, the protocol (RFC 8200, section 8.1)
    int sum = ~sum(out, ETHERNET + 8, 2 * ADDRESS + length, length + next) & 0xffff;
    out.putShort(at, (short) (sum == 0 && next == UDP ? 0xffff : sum));
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

  /** An address from its 32 hexadecimal digits. */
  static Inet6Address address(String hex) {
    return address(HEX.parseHex(hex));
  }

  static Inet6Address address(byte[] bytes) {
    try {
      return Inet6Address.getByAddress("", bytes, -1);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are always an address", e);
    }
  }

  /** Where a neighbour's multicast goes in Ethernet (RFC 2464, section 7). */
  static MacAddress multicast(Inet6Address group) {
    byte[] mac = {0x33, 0x33, 0, 0, 0, 0};
    System.arraycopy(group.getAddress(), ADDRESS - Integer.BYTES, mac, 2, Integer.BYTES);
    return MacAddress.of(mac);
  }

  static byte[] bytes(ByteBuffer in, int at, int length) {
    byte[] bytes = new byte[length];
    in.get(at, bytes);
    return bytes;
  }

  private static MacAddress mac(ByteBuffer in, int at) {
    return MacAddress.of(bytes(in, at, MAC_BYTES));
  }

  /** The part of the payload from there on. */
  byte[] payload(int from) {
    return Arrays.copyOfRange(bytes(payload, 0, payload.remaining()), from, payload.remaining());
  }
}
