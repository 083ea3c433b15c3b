package dev.patchbay.agent.journal;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Owner;

/**
 * Which NIC of which life of its owner.
 *
 * @param owner whose
 * @param nic its name in the pod
 * @param incarnation the CNI container ID, or a virtual machine's start count
 */
public record NicKey(Owner owner, IfName nic, String incarnation) {
  @Override
  public String toString() {
    return owner + "/" + nic;
  }
}
