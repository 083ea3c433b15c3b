package dev.patchbay.vpc;

import dev.patchbay.core.plan.PortOp;

/** Knows the owners of NICs for longer than their sandboxes live. */
@FunctionalInterface
public interface PortOwners {
  /** Nobody is known, so nobody comes back. */
  PortOwners NONE = _ -> false;

  /**
   * Whether the owner is still there and still asks for that NIC, so that its next sandbox will
   * want the same port. May throw {@link StoreAwayException}.
   */
  boolean wants(PortOp.Holder holder);
}
