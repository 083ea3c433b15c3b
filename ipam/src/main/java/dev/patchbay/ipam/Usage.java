package dev.patchbay.ipam;

/**
 * How full a range set is.
 *
 * @param total addresses that can be handed out; Long.MAX_VALUE when more than that
 * @param taken those of them that are reserved, unreadable files included
 */
public record Usage(long total, long taken) {
  /** Addresses that are left. */
  public long free() {
    return Math.max(0, total - taken);
  }

  /** Whether the next NIC gets nothing. */
  public boolean exhausted() {
    return free() == 0;
  }
}
