package dev.patchbay.linux.rtnetlink;

import java.time.Duration;

/** One property of a bridge (linux/if_link.h, IFLA_BR_*). */
public sealed interface BridgeSetting {
  /** Whether the bridge looks at VLAN tags; EOPNOTSUPP on kernels built without. */
  record VlanFiltering(boolean on) implements BridgeSetting {}

  /**
   * The VLAN of untagged frames at new ports; 0 gives them none.
   *
   * @param id 0 to 4094
   */
  record DefaultPvid(int id) implements BridgeSetting {
    /** Throws IllegalArgumentException when the id is out of range. */
    public DefaultPvid {
      if (id != 0) {
        BridgeVlan.requireVlan(id);
      }
    }
  }

  /** Whether it speaks the spanning tree protocol. */
  record Stp(boolean on) implements BridgeSetting {}

  /** How long a port listens before it forwards; in hundredths of a second on the wire. */
  record ForwardDelay(Duration delay) implements BridgeSetting {}

  /** How long an address stays learned; in hundredths of a second on the wire. */
  record Ageing(Duration time) implements BridgeSetting {}

  /** Whether it looks into multicast membership. */
  record MulticastSnooping(boolean on) implements BridgeSetting {}
}
