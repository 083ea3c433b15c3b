package dev.patchbay.core.nic;

/**
 * VLANs of a trunk port.
 *
 * @param first 1 to 4094
 * @param last first to 4094
 */
public record VlanRange(int first, int last) {
  /** Throws IllegalArgumentException when out of range. */
  public VlanRange {
    if (first < 1 || last > 4094 || first > last) {
      throw new IllegalArgumentException(
          "VLANs " + first + " to " + last + " are not within 1 to 4094 in order");
    }
  }
}
