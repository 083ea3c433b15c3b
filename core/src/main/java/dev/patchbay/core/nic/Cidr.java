package dev.patchbay.core.nic;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * An IP address with a prefix length: a NIC's address ({@code 10.1.2.3/24}) or a network ({@code
 * 10.1.2.0/24}).
 *
 * @param address IPv4 or IPv6
 * @param prefix 0 to 32, or 0 to 128
 */
public record Cidr(InetAddress address, int prefix) {
  private static final Pattern PREFIX = Pattern.compile("0|[1-9]\\d{0,2}");
  private static final int MAPPED_BITS = 96;

  /** Throws IllegalArgumentException when the prefix is longer than the address. */
  public Cidr {
    if (prefix < 0 || prefix > address.getAddress().length * 8) {
      throw new IllegalArgumentException(
          "prefix /" + prefix + " does not fit " + IpText.of(address));
    }
  }

  /**
   * Reads {@code address/prefix} and keeps the host bits; throws IllegalArgumentException naming
   * the text. An IPv4 address in IPv6 clothes (::ffff:10.1.2.3/120) is the IPv4 one (10.1.2.3/24).
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "\"" + text + "\" has no prefix length; write it as 10.1.2.3/24");
    }
    InetAddress address = ip(text.substring(0, slash));
    if (!PREFIX.matcher(text.substring(slash + 1)).matches()) {
      throw new IllegalArgumentException("\"" + text + "\" has no number after the slash");
    }
    int prefix = Integer.parseInt(text.substring(slash + 1));
    boolean mapped = address instanceof Inet4Address && text.indexOf(':') >= 0;
    if (mapped && prefix < MAPPED_BITS) {
      throw new IllegalArgumentException(
          "\"" + text + "\" mixes both families; write the IPv4 network, such as 10.1.2.3/24");
    }
    return new Cidr(address, mapped ? prefix - MAPPED_BITS : prefix);
  }

  /** Reads a bare IP address; throws IllegalArgumentException naming the text. */
  public static InetAddress ip(String text) {
    return IpText.parse(text);
  }

  /** The address alone, as one that fills its whole length: /32 or /128. */
  public static Cidr host(InetAddress address) {
    return new Cidr(address, address.getAddress().length * 8);
  }

  /** Whether this is IPv4. */
  public boolean isV4() {
    return address instanceof Inet4Address;
  }

  /** The network this address is in, its host bits cleared. */
  public Cidr network() {
    byte[] bytes = address.getAddress();
    for (int bit = prefix; bit < bytes.length * 8; bit++) {
      bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
    }
    return new Cidr(of(bytes), prefix);
  }

  /** Whether the address lies in this network; false for the other family. */
  public boolean contains(InetAddress other) {
    return other.getAddress().length == address.getAddress().length
        && new Cidr(other, prefix).network().equals(network());
  }

  /** 0.0.0.0/0 or ::/0. */
  public boolean isDefault() {
    return prefix == 0;
  }

  private static InetAddress of(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are always an address", e);
    }
  }

  @Override
  public String toString() {
    return IpText.of(address) + "/" + prefix;
  }
}
