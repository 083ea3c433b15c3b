package dev.patchbay.ipam.dhcp;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * An option of a DHCPv6 message, or one within another (RFC 8415, section 21.1).
 *
 * @param code 0 to 65535
 * @param hex its value in hexadecimal
 */
public record Dhcp6Option(int code, String hex) {
  /** Who asks. */
  public static final int CLIENT = 1;

  /** Who answers. */
  public static final int SERVER = 2;

  /** Addresses that are not temporary, see {@link AddressGroup}. */
  public static final int ADDRESSES = 3;

  /** One address of a group. */
  public static final int ADDRESS = 5;

  /** How much a server wants to be chosen; 255 ends the search. */
  public static final int PREFERENCE = 7;

  /** What came of it. */
  public static final int STATUS = 13;

  /** The client takes an answer to its first message as final. */
  public static final int RAPID_COMMIT = 14;

  /** Name servers (RFC 3646). */
  public static final int DNS = 23;

  /** What names are completed with (RFC 3646). */
  public static final int SEARCH = 24;

  /** Prefixes for networks behind the client. */
  public static final int PREFIXES = 25;

  private static final int HEADER = 4;
  private static final int MOST = 64;
  private static final HexFormat HEX = HexFormat.of();

  /** Throws IllegalArgumentException when the code cannot go over the wire. */
  public Dhcp6Option {
    if (code < 0 || code > 0xffff) {
      throw new IllegalArgumentException("an option has a code of 0 to 65535, not " + code);
    }
  }

  /** An option with that value. */
  public static Dhcp6Option of(int code, byte... value) {
    return new Dhcp6Option(code, HEX.formatHex(value));
  }

  /** An option of addresses. */
  public static Dhcp6Option of(int code, List<? extends InetAddress> addresses) {
    StringBuilder hex = new StringBuilder();
    addresses.forEach(address -> hex.append(HEX.formatHex(address.getAddress())));
    return new Dhcp6Option(code, hex.toString());
  }

  /** The value's bytes. */
  public byte[] value() {
    return HEX.parseHex(hex);
  }

  /**
   * Reads options to the end; throws IllegalArgumentException when one goes beyond it, or there are
   * more than any client has.
   */
  static List<Dhcp6Option> read(ByteBuffer in) {
    List<Dhcp6Option> all = new ArrayList<>();
    while (in.hasRemaining()) {
      if (all.size() == MOST) {
        throw new IllegalArgumentException("more than " + MOST + " options");
      }
      if (in.remaining() < HEADER) {
        throw new IllegalArgumentException("an option is cut short");
      }
      int code = Short.toUnsignedInt(in.getShort());
      int length = Short.toUnsignedInt(in.getShort());
      if (length > in.remaining()) {
        throw new IllegalArgumentException("option " + code + " goes beyond the message");
      }
      byte[] value = new byte[length];
      in.get(value);
      all.add(of(code, value));
    }
    return List.copyOf(all);
  }

  /** The options one after another, as they go over the wire. */
  static byte[] bytes(List<Dhcp6Option> options) {
    int length = options.stream().mapToInt(one -> HEADER + one.hex().length() / 2).sum();
    ByteBuffer out = ByteBuffer.allocate(length);
    for (Dhcp6Option one : options) {
      byte[] value = one.value();
      out.putShort((short) one.code()).putShort((short) value.length).put(value);
    }
    return out.array();
  }
}
