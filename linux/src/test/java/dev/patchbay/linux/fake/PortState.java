package dev.patchbay.linux.fake;

import java.util.Collections;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Settings of a bridge port.
 *
 * @param hairpin frames may leave by the port they came in
 * @param isolated isolated ports do not reach each other
 * @param pvid the untagged VLAN; 0 for none
 * @param vlans all VLANs that pass, the untagged one too
 */
record PortState(boolean hairpin, boolean isolated, int pvid, NavigableSet<Integer> vlans) {
  /** As a port joins: VLAN 1 passes untagged (the kernel's default_pvid). */
  static final PortState FRESH = new PortState(false, false, 1, new TreeSet<>(Set.of(1)));

  PortState {
    vlans = Collections.unmodifiableNavigableSet(new TreeSet<>(vlans));
  }
}
