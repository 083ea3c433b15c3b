package dev.patchbay.core.plan;

import dev.patchbay.core.nic.NicKind;
import java.util.List;
import java.util.Optional;

/** A tap device in the pod. */
final class TapPlan {
  private TapPlan() {}

  static NicOutline draft(NicKind.Tap kind, Attachment.Member.Native member, NicDraft draft) {
    Optional<AddressUse> addresses =
        draft
            .leaseBeforeLink(member.ipam())
            .map(lease -> new AddressUse(lease, false, false, member.dns()));
    Ref<Link> made = draft.ref("pod");
    var ifName = draft.attachment().ifName();
    var mac = draft.macOf(member);
    draft.add(
        new LinkOp.AddTap(
            draft.pod(),
            ifName,
            mac,
            kind.mtu(),
            kind.multiQueue(),
            kind.owner(),
            kind.group(),
            kind.bridge(),
            made),
        new LinkOp.DeleteLink(draft.pod(), ifName, mac, made),
        "a tap for a process in the pod");
    draft.leaseAfterLink(member.ipam());
    draft.configure(addresses, LinkOp.RouteStyle.SUBNET);
    return new NicOutline(List.of(made), made, addresses);
  }
}
