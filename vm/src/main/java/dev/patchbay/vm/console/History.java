package dev.patchbay.vm.console;

import java.util.Arrays;

/**
 * What a machine said last, for those who come later; not safe for several threads.
 *
 * @param bytes its newest output
 */
record History(ByteRing bytes) {
  /** The last lines, the unfinished one among them. */
  byte[] lastLines(int lines) {
    if (lines == 0) {
      return new byte[0];
    }
    byte[] all = bytes.copy();
    int found = 0;
    for (int at = all.length - 1; at >= 0; at--) {
      // the newline at the very end ends the last line and begins none
      if (all[at] == '\n' && at < all.length - 1 && ++found == lines) {
        return Arrays.copyOfRange(all, at + 1, all.length);
      }
    }
    return all;
  }
}
