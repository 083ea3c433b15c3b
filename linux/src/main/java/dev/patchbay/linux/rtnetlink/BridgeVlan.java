package dev.patchbay.linux.rtnetlink;

/**
 * VLANs that a bridge port carries (linux/if_bridge.h, struct bridge_vlan_info).
 *
 * @param first 1 to 4094
 * @param last not below {@code first}
 * @param pvid whether untagged frames that come in belong to it; one VLAN only
 * @param untagged whether its frames leave without tag
 */
public record BridgeVlan(int first, int last, boolean pvid, boolean untagged) {
  /** Throws IllegalArgumentException when the range is none, or is a range and the PVID. */
  public BridgeVlan {
    requireVlan(first);
    requireVlan(last);
    if (last < first || (pvid && last != first)) {
      throw new IllegalArgumentException("VLANs " + first + " to " + last + " are no valid range");
    }
  }

  /** One VLAN, tagged. */
  public static BridgeVlan tagged(int id) {
    return new BridgeVlan(id, id, false, false);
  }

  /** The one VLAN of an access port. */
  public static BridgeVlan access(int id) {
    return new BridgeVlan(id, id, true, true);
  }

  static void requireVlan(int id) {
    if (id < 1 || id > 4094) {
      throw new IllegalArgumentException("VLAN id " + id + " is not between 1 and 4094");
    }
  }

  @Override
  public String toString() {
    return "vlan " + first + (last == first ? "" : "-" + last);
  }
}
