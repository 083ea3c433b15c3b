package dev.patchbay.core.nic;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IP address with a prefix length: a NIC's address ({@code 10.1.2.3/24}) or a network ({@code
 * 10.1.2.0/24}).
 *
 * @param address IPv4 or IPv6
 * @param prefix 0 to 32, or 0 to 128
 */
public record Cidr(InetAddress address, int prefix) {
  /** Throws IllegalArgumentException when the prefix is longer than the address. */
  public Cidr {
    if (prefix < 0 || prefix > address.getAddress().length * 8) {
      throw new IllegalArgumentException(
          "prefix /" + prefix + " does not fit " + address.getHostAddress());
    }
  }

  /**
   * Reads {@code address/prefix}; throws IllegalArgumentException naming the text. Host names are
   * never looked up.
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "\"" + text + "\" has no prefix length; write it as 10.1.2.3/24");
    }
    try {
      return new Cidr(ip(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\" has no number after the slash", e);
    }
  }

  /** Reads a bare IP address; throws IllegalArgumentException naming the text. */
  public static InetAddress ip(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not an IP address", e);
    }
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
    return address.getHostAddress() + "/" + prefix;
  }
}
