package dev.patchbay.core.nic;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The name of a network interface as Linux accepts it: 1 to 15 bytes, no slash, colon or white
 * space, not {@code .} or {@code ..} (dev_valid_name in net/core/dev.c; CNI spec 1.1.0, section 2).
 *
 * @param value the name itself
 */
public record IfName(String value) implements Comparable<IfName> {
  /** The most bytes that the kernel keeps of a name: IFNAMSIZ - 1 (linux/if.h). */
  public static final int MAX_BYTES = 15;

  // the kernel's isspace() reads Latin-1, so this byte is refused also as part of a letter (à)
  private static final char NBSP = 0xa0;

  /**
   * Throws IllegalArgumentException, with the rule that is broken, when the text is no interface
   * name.
   */
  public IfName {
    byte[] bytes = value.getBytes(UTF_8);
    if (bytes.length == 0 || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "interface name \""
              + value
              + "\" has "
              + bytes.length
              + " bytes; Linux takes 1 to "
              + MAX_BYTES);
    }
    if (value.equals(".") || value.equals("..")) {
      throw new IllegalArgumentException("interface name \"" + value + "\" is reserved");
    }
    if (value.chars().anyMatch(c -> c == '/' || c == ':' || c == 0 || Character.isWhitespace(c))) {
      throw new IllegalArgumentException(
          "interface name \"" + value + "\" holds a slash, a colon or white space");
    }
    if (!new String(bytes, UTF_8).equals(value)
        || new String(bytes, ISO_8859_1).indexOf(NBSP) >= 0) {
      throw new IllegalArgumentException(
          "interface name \"" + value + "\" holds a character that Linux does not take");
    }
  }

  @Override
  public int compareTo(IfName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
