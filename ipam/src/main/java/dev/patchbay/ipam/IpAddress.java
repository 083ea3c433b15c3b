package dev.patchbay.ipam;

import dev.patchbay.core.nic.Cidr;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/**
 * An IP address as a number, ordered (IPv4 before IPv6) and counted without allocating; its text is
 * what Go prints and host-local uses as a file name (RFC 5952).
 *
 * @param v4 whether it is IPv4; then {@code high} is 0 and {@code low} is below 2^32
 * @param high upper 64 bits
 * @param low lower 64 bits
 */
public record IpAddress(boolean v4, long high, long low) implements Comparable<IpAddress> {
  private static final long V4_MAX = 0xffff_ffffL;
  private static final String OCTET = "(0|[1-9][0-9]{0,2})";
  private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
  // Java takes zone names, brackets and longer groups; Go, and so host-local, takes none of them.
  private static final Pattern V6 = Pattern.compile("(:|[0-9a-fA-F]{1,4}:)+[0-9a-fA-F.]{0,15}");

  /** Throws IllegalArgumentException when the bits do not fit the family. */
  public IpAddress {
    if (v4 && (high != 0 || low < 0 || low > V4_MAX)) {
      throw new IllegalArgumentException("not an IPv4 address: " + high + ", " + low);
    }
  }

  /** The number of an address; a zone is dropped. */
  public static IpAddress of(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet4Address
        ? new IpAddress(true, 0, bytes.getInt() & V4_MAX)
        : new IpAddress(false, bytes.getLong(), bytes.getLong());
  }

  /** Reads exactly what Go's net.ParseIP reads; throws IllegalArgumentException naming the text. */
  public static IpAddress parse(String text) {
    try {
      if (V4.matcher(text).matches() || (V6.matcher(text).matches() && groupsAreShort(text))) {
        return of(InetAddress.ofLiteral(text));
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(refusal(text), e);
    }
    throw new IllegalArgumentException(refusal(text));
  }

  /** Reads {@code address/prefix}; throws IllegalArgumentException naming the text. */
  public static Cidr parseCidr(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "\"" + text + "\" has no prefix length; write it as 10.1.2.3/24");
    }
    IpAddress address = parse(text.substring(0, slash));
    String prefix = text.substring(slash + 1);
    if (!prefix.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(prefix) > address.bits()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" has no prefix length of 0 to " + address.bits());
    }
    return new Cidr(address.inet(), Integer.parseInt(prefix));
  }

  private static boolean groupsAreShort(String text) {
    String tail = text.substring(text.lastIndexOf(':') + 1);
    return tail.contains(".") ? V4.matcher(tail).matches() : tail.length() <= 4;
  }

  private static String refusal(String text) {
    return "\"" + text + "\" is not an IP address; write 10.1.2.3 or fd00::3";
  }

  /** 32 or 128. */
  public int bits() {
    return v4 ? 32 : 128;
  }

  /** The same address for the JDK. */
  public InetAddress inet() {
    ByteBuffer bytes =
        v4
            ? ByteBuffer.allocate(4).putInt((int) low)
            : ByteBuffer.allocate(16).putLong(high).putLong(low);
    try {
      return InetAddress.getByAddress(bytes.array());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are always an address", e);
    }
  }

  /** Whether the family has no address after this one. */
  public boolean isMax() {
    return v4 ? low == V4_MAX : high == -1 && low == -1;
  }

  /** The address after this one; throws IllegalStateException after the family's last. */
  public IpAddress next() {
    if (isMax()) {
      throw new IllegalStateException("no address after " + this);
    }
    return new IpAddress(v4, low == -1 ? high + 1 : high, low + 1);
  }

  /** The address before this one; throws IllegalStateException before the family's first. */
  public IpAddress previous() {
    if (high == 0 && low == 0) {
      throw new IllegalStateException("no address before " + this);
    }
    return new IpAddress(v4, low == 0 ? high - 1 : high, low - 1);
  }

  /** The last address of the network with this prefix length that holds this address. */
  public IpAddress withHostBits(int prefix) {
    if (v4) {
      return new IpAddress(true, 0, low | (prefix == 0 ? V4_MAX : V4_MAX >>> prefix));
    }
    return prefix >= 64
        ? new IpAddress(false, high, prefix == 128 ? low : low | (-1L >>> (prefix - 64)))
        : new IpAddress(false, high | (-1L >>> prefix), -1);
  }

  /**
   * How many addresses there are from this one to the other, both counted; Long.MAX_VALUE when more
   * than that, 0 when the other comes first.
   */
  public long countTo(IpAddress last) {
    if (compareTo(last) > 0 || v4 != last.v4) {
      return 0;
    }
    long upper = last.high - high - (Long.compareUnsigned(last.low, low) < 0 ? 1 : 0);
    long lower = last.low - low;
    return upper != 0 || lower < 0 || lower == Long.MAX_VALUE ? Long.MAX_VALUE : lower + 1;
  }

  @Override
  public int compareTo(IpAddress other) {
    if (v4 != other.v4) {
      return v4 ? -1 : 1;
    }
    int upper = Long.compareUnsigned(high, other.high);
    return upper != 0 ? upper : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    if (v4) {
      return (low >>> 24)
          + "."
          + (low >>> 16 & 0xff)
          + "."
          + (low >>> 8 & 0xff)
          + "."
          + (low & 0xff);
    }
    int zeros = longestZeros();
    int length = zeros < 0 ? 0 : zeroLength(zeros);
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == zeros) {
        text.append("::");
        i += length - 1;
      } else {
        if (i > 0 && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(group(i)));
      }
    }
    return text.toString();
  }

  private int group(int index) {
    long half = index < 4 ? high : low;
    return (int) (half >>> (48 - 16 * (index % 4)) & 0xffff);
  }

  /** Where the first of the longest runs of two or more zero groups starts; -1 for none. */
  private int longestZeros() {
    int best = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; i++) {
      int length = zeroLength(i);
      if (length > bestLength) {
        best = i;
        bestLength = length;
      }
    }
    return best;
  }

  private int zeroLength(int start) {
    int end = start;
    while (end < 8 && group(end) == 0) {
      end++;
    }
    return end - start;
  }
}
