package dev.patchbay.core.nic;

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

  /**
   * Throws IllegalArgumentException, with the rule that is broken, when the text is no interface
   * name.
   */
  public IfName {
    int bytes = value.getBytes(UTF_8).length;
    if (bytes == 0 || bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "interface name \""
              + value
              + "\" has "
              + bytes
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
