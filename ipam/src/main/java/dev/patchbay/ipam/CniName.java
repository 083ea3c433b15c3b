package dev.patchbay.ipam;

import java.util.regex.Pattern;

/** Container IDs and network names (CNI spec 1.1.0, section 2): never a path. */
final class CniName {
  private static final Pattern SHAPE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]*");
  // NAME_MAX (linux/limits.h): a network's name becomes a folder's.
  private static final int MAX_LENGTH = 255;

  private CniName() {}

  static boolean isValid(String text) {
    return text.length() <= MAX_LENGTH && SHAPE.matcher(text).matches();
  }
}
