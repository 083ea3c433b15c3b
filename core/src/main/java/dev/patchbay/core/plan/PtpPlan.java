package dev.patchbay.core.plan;

import dev.patchbay.core.nic.NicKind;
import java.util.List;
import java.util.Optional;

/** A veth pair that the host routes to. */
final class PtpPlan {
  private PtpPlan() {}

  static NicOutline draft(NicKind.Ptp kind, Attachment.Member.Native member, NicDraft draft) {
    Optional<AddressUse> addresses =
        draft
            .leaseBeforeLink(member.ipam())
            .map(lease -> new AddressUse(lease, false, false, member.dns()));
    Ref<Link> hostEnd = draft.ref("host");
    Ref<Link> podEnd = draft.ref("pod");
    draft.addCable(member, kind.mtu(), Optional.empty(), "a cable from the pod to the host");
    draft.leaseAfterLink(member.ipam());
    addresses.ifPresent(use ->
        draft.add(new LinkOp.EnsureForwarding(use), "the host routes for the pod, shared, stays"));
    addresses.ifPresent(
        use -> draft.add(new LinkOp.RouteToPod(hostEnd, use), "goes with the cable"));
    if (kind.ipMasq()) {
      addresses.ifPresent(use ->
          draft.add(
              new LinkOp.EnsureMasquerade(draft.attachment().network(), use),
              "outside, the subnet is unknown; shared, stays"));
    }
    draft.configure(addresses, LinkOp.RouteStyle.VIA_GATEWAY);
    draft.announce(addresses);
    return new NicOutline(List.of(hostEnd, podEnd), podEnd, addresses);
  }
}
