package dev.patchbay.cni.skel;

import java.util.regex.Pattern;

/**
 * The runtime's name of a container: unique on the node, never used again (CNI spec 1.1.0, section
 * 2, "Parameters").
 *
 * @param value a letter or digit, then letters, digits, dots, dashes and underscores
 */
public record ContainerId(String value) {
  private static final Pattern SHAPE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]{0,252}");

  /** Throws IllegalArgumentException when the text is no container ID. */
  public ContainerId {
    if (!SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "\""
              + (value.length() > 253 ? value.substring(0, 80) + "…" : value)
              + "\" is no container ID; begin with a letter or digit, then use only those and . _"
              + " -, at most 253 in all");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
