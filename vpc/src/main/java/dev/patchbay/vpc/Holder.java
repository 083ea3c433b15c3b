package dev.patchbay.vpc;

import dev.patchbay.core.plan.PortOp;

/**
 * The NIC that has a port, and where.
 *
 * @param who the NIC
 * @param node the node's name
 */
public record Holder(PortOp.Holder who, String node) {
  @Override
  public String toString() {
    return who + " on node " + node;
  }
}
