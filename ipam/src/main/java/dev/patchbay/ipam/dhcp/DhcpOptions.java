package dev.patchbay.ipam.dhcp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.patchbay.core.nic.Route;
import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The options of a message (RFC 2132), in order of their codes.
 *
 * @param hex code, 1 to 254, to value in hexadecimal; a value may have more than 255 bytes (RFC
 *     3396)
 */
public record DhcpOptions(Map<Integer, String> hex) {
  /** No options. */
  public static final DhcpOptions NONE = new DhcpOptions(Map.of());

  /** Subnet mask. */
  public static final int SUBNET_MASK = 1;

  /** Routers. */
  public static final int ROUTERS = 3;

  /** Name servers. */
  public static final int DNS = 6;

  /** The client's host name. */
  public static final int HOST_NAME = 12;

  /** The domain that names are completed with. */
  public static final int DOMAIN = 15;

  /** The interface's MTU. */
  public static final int MTU = 26;

  /** The address that a client wants. */
  public static final int REQUESTED_ADDRESS = 50;

  /** Seconds for which an address is lent; all ones is for ever. */
  public static final int LEASE_TIME = 51;

  /** What the message is for. */
  public static final int KIND = 53;

  /** The server that is meant, or that answers. */
  public static final int SERVER = 54;

  /** The codes that a client wants to know. */
  public static final int PARAMETERS = 55;

  /** What names are completed with, several (RFC 3397). */
  public static final int SEARCH = 119;

  /** Classless static routes (RFC 3442). */
  public static final int ROUTES = 121;

  private static final int PAD = 0;
  private static final int END = 255;
  private static final int LONGEST = 255;
  private static final HexFormat HEX = HexFormat.of();

  /** Copies the map; throws IllegalArgumentException when a code cannot go over the wire. */
  public DhcpOptions {
    if (hex.keySet().stream().anyMatch(code -> code <= PAD || code >= END)) {
      throw new IllegalArgumentException("options have codes 1 to 254: " + hex.keySet());
    }
    hex = Collections.unmodifiableMap(new TreeMap<>(hex));
  }

  /** The same and another option; one of that code is replaced. */
  public DhcpOptions with(int code, byte... value) {
    Map<Integer, String> all = new TreeMap<>(hex);
    all.put(code, HEX.formatHex(value));
    return new DhcpOptions(all);
  }

  /** The same without an option. */
  public DhcpOptions without(int code) {
    Map<Integer, String> rest = new TreeMap<>(hex);
    rest.remove(code);
    return new DhcpOptions(rest);
  }

  /** The same and addresses. */
  public DhcpOptions with(int code, List<Inet4Address> addresses) {
    var bytes = new ByteArrayOutputStream();
    addresses.forEach(address -> bytes.writeBytes(address.getAddress()));
    return with(code, bytes.toByteArray());
  }

  /** The same and a number of four bytes. */
  public DhcpOptions with32(int code, int value) {
    return with(code, ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
  }

  /** The same and a number of two bytes. */
  public DhcpOptions with16(int code, int value) {
    return with(code, ByteBuffer.allocate(Short.BYTES).putShort((short) value).array());
  }

  /** The same and a text. */
  public DhcpOptions with(int code, String text) {
    return with(code, text.getBytes(US_ASCII));
  }

  /** The same and classless routes; those of IPv6 are left out, no gateway is written 0.0.0.0. */
  public DhcpOptions withRoutes(List<Route> routes) {
    var bytes = new ByteArrayOutputStream();
    for (Route route : routes) {
      if (route.dst().isV4()) {
        int prefix = route.dst().prefix();
        bytes.write(prefix);
        // only the bytes of the network that the prefix reaches into
        bytes.write(
            route.dst().network().address().getAddress(), 0, (prefix + Byte.SIZE - 1) / Byte.SIZE);
        bytes.writeBytes(
            route.gw().map(InetAddress::getAddress).orElseGet(() -> new byte[Integer.BYTES]));
      }
    }
    return with(ROUTES, bytes.toByteArray());
  }

  /** The value of an option. */
  public Optional<byte[]> value(int code) {
    return Optional.ofNullable(hex.get(code)).map(HEX::parseHex);
  }

  /** The one address that an option has; none when it has anything else. */
  public Optional<Inet4Address> address(int code) {
    return value(code).filter(bytes -> bytes.length == Integer.BYTES).map(DhcpOptions::address);
  }

  static Inet4Address address(byte[] bytes) {
    try {
      return (Inet4Address) InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(bytes.length + " bytes are no IPv4 address", e);
    }
  }

  /**
   * Reads options up to the end mark, or the end of the message where that is missing, as it is in
   * some clients' messages. Parts of the same code are joined.
   *
   * @throws IllegalArgumentException when a value goes beyond the message
   */
  static DhcpOptions read(ByteBuffer in) {
    Map<Integer, String> all = new TreeMap<>();
    while (in.hasRemaining()) {
      int code = Byte.toUnsignedInt(in.get());
      if (code == END) {
        break;
      }
      if (code != PAD) {
        int length = in.hasRemaining() ? Byte.toUnsignedInt(in.get()) : 1;
        if (length > in.remaining()) {
          throw new IllegalArgumentException("option " + code + " goes beyond the message");
        }
        byte[] value = new byte[length];
        in.get(value);
        all.merge(code, HEX.formatHex(value), String::concat);
      }
    }
    return new DhcpOptions(all);
  }

  /** As they go over the wire: what the message is for first, which some clients insist on. */
  byte[] bytes() {
    var out = new ByteArrayOutputStream();
    List<Integer> codes = new ArrayList<>(hex.keySet());
    if (codes.remove(Integer.valueOf(KIND))) {
      codes.addFirst(KIND);
    }
    for (int code : codes) {
      byte[] value = value(code).orElseThrow();
      int from = 0;
      do {
        int length = Math.min(LONGEST, value.length - from);
        out.write(code);
        out.write(length);
        out.write(value, from, length);
        from += length;
      } while (from < value.length);
    }
    out.write(END);
    return out.toByteArray();
  }
}
