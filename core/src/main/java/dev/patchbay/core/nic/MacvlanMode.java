package dev.patchbay.core.nic;

/** How macvlans of one parent see each other (linux/if_link.h, enum macvlan_mode). */
public enum MacvlanMode {
  /** Not at all. */
  PRIVATE,
  /** Through an external switch that sends frames back. */
  VEPA,
  /** Directly. */
  BRIDGE,
  /** One macvlan only, which has the parent to itself. */
  PASSTHRU
}
