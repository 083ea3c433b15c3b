package dev.patchbay.core.plan;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.NicKind;

/** How a NIC gets from the pod's namespace into the pod's virtual machine, whatever its kind. */
final class GuestPlan {
  private GuestPlan() {}

  static void draft(Guest guest, NicDraft draft) {
    if (isLoopback(draft.attachment())) {
      return;
    }
    IfName nic = draft.attachment().ifName();
    String device =
        guest
            .device(nic)
            .orElseThrow(() -> new IllegalArgumentException("no device is chosen for " + nic));
    IfName tap = NicIdentity.tap(nic);
    Ref<HandedOver> handed = draft.ref("guest");
    draft.add(
        new LinkOp.HandOver(draft.pod(), nic, tap, guest.owner(), handed),
        new LinkOp.TakeBack(draft.pod(), nic, tap, handed),
        "the guest speaks through it, nobody else");
    draft.add(
        new GuestOp.PlugDevice(guest.vm(), device, tap, handed),
        new GuestOp.UnplugDevice(guest.vm(), device, guest.patience()),
        "a running guest gets it at once, another when it is switched on");
  }

  private static boolean isLoopback(Attachment attachment) {
    return attachment.chain().stream()
        .anyMatch(
            member -> member instanceof Attachment.Member.Native(NicKind.Loopback(), _, _, _));
  }
}
