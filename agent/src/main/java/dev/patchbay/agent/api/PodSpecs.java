package dev.patchbay.agent.api;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Owner;
import java.util.Optional;

/**
 * Pods that a Kubernetes API knows: where {@code spec.nics} is the desired set, a person's plug and
 * unplug change it and wait for the node to follow.
 */
public interface PodSpecs {
  /** No API: every desired set is the journal's. */
  PodSpecs NONE =
      new PodSpecs() {
        @Override
        public boolean lists(Owner owner, Optional<IfName> nic) {
          return false;
        }

        @Override
        public Optional<String> plug(Owner owner, IfName nic, String network, Optional<String> ip) {
          return Optional.of("no API knows " + owner);
        }

        @Override
        public Optional<String> unplug(Owner owner, IfName nic) {
          return Optional.of("no API knows " + owner);
        }
      };

  /** Whether the owner's spec has a list of NICs, and that NIC in it where one is given. */
  boolean lists(Owner owner, Optional<IfName> nic);

  /**
   * Adds a NIC to the list and waits for it; why it is not there in the end.
   *
   * @param network a subnet of the pod's VPC; without a VPC it means nothing
   */
  Optional<String> plug(Owner owner, IfName nic, String network, Optional<String> ip);

  /** Takes a NIC from the list and waits until it is gone; why it is not in the end. */
  Optional<String> unplug(Owner owner, IfName nic);
}
