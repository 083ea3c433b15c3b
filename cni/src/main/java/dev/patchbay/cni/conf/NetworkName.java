package dev.patchbay.cni.conf;

import java.util.regex.Pattern;

/**
 * The name of a network, unique on the node (CNI spec 1.1.0, section 1).
 *
 * @param value a letter or digit, then letters, digits, dots, dashes and underscores
 */
public record NetworkName(String value) {
  /** The longest that we take: names become file names, beside a container ID for example. */
  public static final int MAX_LENGTH = 253;

  private static final Pattern SHAPE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]*");

  /** Throws IllegalArgumentException when the text is no network name. */
  public NetworkName {
    if (value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a network name of "
              + value.length()
              + " characters is too long; at most "
              + MAX_LENGTH
              + " are taken");
    }
    if (!SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "\""
              + value
              + "\" is no network name; begin with a letter or digit, then use only those and . _"
              + " -");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
