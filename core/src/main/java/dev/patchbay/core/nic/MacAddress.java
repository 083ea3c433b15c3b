package dev.patchbay.core.nic;

import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A 48-bit Ethernet address.
 *
 * @param value six lower-case hexadecimal pairs joined by colons
 */
public record MacAddress(String value) {
  private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");
  private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

  /**
   * Takes upper case and dashes too; throws IllegalArgumentException when the text is no Ethernet
   * address.
   */
  public MacAddress {
    String given = value;
    value = value.toLowerCase(Locale.ROOT).replace('-', ':');
    if (!SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "\""
              + given
              + "\" is not a MAC address; write six hexadecimal pairs such as 0a:58:0a:f4:01:06");
    }
  }

  /** The address of six bytes, such as the kernel's IFLA_ADDRESS. */
  public static MacAddress of(byte[] bytes) {
    return new MacAddress(COLONS.formatHex(bytes));
  }

  /** Six bytes, in the order they go on the wire. */
  public byte[] bytes() {
    return COLONS.parseHex(value);
  }

  /** Whether a NIC may have it: neither a group address nor all zero. */
  public boolean isUnicast() {
    return (bytes()[0] & 1) == 0 && !value.equals("00:00:00:00:00:00");
  }

  @Override
  public String toString() {
    return value;
  }
}
