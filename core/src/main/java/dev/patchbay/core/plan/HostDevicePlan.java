package dev.patchbay.core.plan;

import dev.patchbay.core.nic.NicKind;
import java.util.List;
import java.util.Optional;

/** A host device, lent to the pod. */
final class HostDevicePlan {
  private HostDevicePlan() {}

  static NicOutline draft(
      NicKind.HostDevice kind, Attachment.Member.Native member, NicDraft draft) {
    Optional<AddressUse> addresses =
        draft
            .leaseBeforeLink(member.ipam())
            .map(lease -> new AddressUse(lease, false, false, member.dns()));
    Ref<Link> moved = draft.ref("pod");
    Ref<MovedDevice> before = draft.ref("before");
    var ifName = draft.attachment().ifName();
    draft.add(
        new LinkOp.MoveDevice(kind.device(), draft.pod(), ifName, before, moved),
        new LinkOp.ReturnDevice(
            before,
            draft.pod(),
            ifName,
            Optional.ofNullable(draft.host().former().devices().get(kind.device()))),
        "the host lends device " + kind.device());
    draft.leaseAfterLink(member.ipam());
    draft.configureLent(addresses);
    draft.announce(addresses);
    return new NicOutline(List.of(moved), moved, addresses);
  }
}
