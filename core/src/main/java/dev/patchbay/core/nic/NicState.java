package dev.patchbay.core.nic;

/** The life of a NIC, the same words everywhere (architecture, section 6). */
public enum NicState {
  /** Wanted, not begun. */
  PENDING,
  /** Its plan is running. */
  PLUGGING,
  /** The host's side is done. */
  ATTACHED,
  /** The guest's driver has taken the device. */
  DRIVER_READY,
  /** The guest has set it up. */
  UP,
  /** The guest has its address. */
  CONFIGURED,
  /** It is being taken away. */
  UNPLUGGING,
  /** The guest has not let go; the data path is cut already. */
  DETACH_PENDING,
  /** Gone. */
  DETACHED,
  /** Could not be had, or could not be taken away whole. */
  FAILED
}
