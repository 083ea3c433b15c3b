package dev.patchbay.core.nic;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.regex.Pattern;

/** IP addresses as text: read strictly, IPv6 written in the short form of RFC 5952. */
public final class IpText {
  // The JDK also takes 10.1 for 10.0.0.1; CNI does not.
  private static final Pattern V4 = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");

  private IpText() {}

  /**
   * Reads a bare address, without zone; throws IllegalArgumentException naming the text. Host names
   * are never looked up.
   */
  public static InetAddress parse(String text) {
    boolean v6 = text.indexOf(':') >= 0;
    if (text.indexOf('%') >= 0 || (!v6 && !V4.matcher(text).matches())) {
      throw new IllegalArgumentException("\"" + text + "\" is not an IP address");
    }
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not an IP address", e);
    }
  }

  /** The address as text. */
  public static String of(InetAddress address) {
    if (address instanceof Inet4Address) {
      return address.getHostAddress();
    }
    byte[] bytes = address.getAddress();
    int[] groups = new int[8];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = Byte.toUnsignedInt(bytes[2 * i]) << 8 | Byte.toUnsignedInt(bytes[2 * i + 1]);
    }
    return shorten(groups);
  }

  // The longest run of at least two zero groups becomes "::", the first of equals (RFC 5952, 4.2).
  private static String shorten(int[] groups) {
    int start = -1;
    int length = 1;
    for (int from = 0; from < groups.length; from++) {
      int to = from;
      while (to < groups.length && groups[to] == 0) {
        to++;
      }
      if (to - from > length) {
        start = from;
        length = to - from;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < groups.length; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }
}
