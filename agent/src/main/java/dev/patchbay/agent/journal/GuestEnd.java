package dev.patchbay.agent.journal;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.plan.GuestOp;
import dev.patchbay.core.plan.HandedOver;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.PlannedNic;
import dev.patchbay.core.plan.Ref;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a NIC goes on in a virtual machine, as its plan says: what a machine that is switched on
 * gets on its command line.
 *
 * @param vm the machine's id
 * @param device QEMU's device id
 * @param tap where its frames go, in the pod's namespace
 * @param owner uid that may open the tap
 * @param patience how long the guest may take to let go
 * @param handed yields the NIC's address and MTU
 */
public record GuestEnd(
    String vm, String device, IfName tap, int owner, Duration patience, Ref<HandedOver> handed) {
  static Optional<GuestEnd> of(PlannedNic nic) {
    Optional<LinkOp.HandOver> hand = Optional.empty();
    for (var step : nic.plan().steps().toList()) {
      if (step.op() instanceof LinkOp.HandOver over) {
        hand = Optional.of(over);
      }
      if (hand.isPresent()
          && step.op() instanceof GuestOp.PlugDevice plug
          && step.undo().isPresent()
          && step.undo().get() instanceof GuestOp.UnplugDevice unplug) {
        return Optional.of(
            new GuestEnd(
                plug.vm(),
                plug.device(),
                plug.tap(),
                hand.get().owner(),
                unplug.patience(),
                plug.nic()));
      }
    }
    return Optional.empty();
  }
}
