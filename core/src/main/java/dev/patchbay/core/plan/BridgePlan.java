package dev.patchbay.core.plan;

import dev.patchbay.core.nic.NicKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A veth pair into a bridge that is made when it is not there. */
final class BridgePlan {
  /** As long as the reference plugin waits: DAD itself takes about 1 s (RFC 4862, section 5.1). */
  private static final Duration DAD_LIMIT = Duration.ofSeconds(10);

  private BridgePlan() {}

  static NicOutline draft(NicKind.Bridge kind, Attachment.Member.Native member, NicDraft draft) {
    Optional<AddressUse> addresses =
        draft
            .leaseBeforeLink(member.ipam())
            .map(lease ->
                new AddressUse(lease, kind.isGateway(), kind.isDefaultGateway(), member.dns()));
    Ref<Link> bridge = draft.ref("bridge");
    boolean vlans = kind.vlan().isPresent() || !kind.trunk().isEmpty();
    draft.add(
        new LinkOp.EnsureBridge(kind.bridge(), kind.mtu(), kind.promisc(), vlans, bridge),
        "the network's bridge, shared, stays");
    Ref<Link> hostEnd = draft.ref("host");
    Ref<Link> podEnd = draft.ref("pod");
    draft.addCable(
        member, kind.mtu(), Optional.of(bridge), "a cable from the pod to bridge " + kind.bridge());
    if (kind.hairpin() || kind.isolated() || vlans) {
      draft.add(
          new LinkOp.SetPort(
              hostEnd,
              kind.hairpin(),
              kind.isolated(),
              kind.vlan(),
              kind.trunk(),
              kind.keepDefaultVlan()),
          "the port's own settings");
    }
    draft.leaseAfterLink(member.ipam());
    addresses.ifPresent(use -> shared(kind, use, draft, bridge));
    draft.configure(addresses, LinkOp.RouteStyle.SUBNET);
    if (kind.awaitDad()) {
      draft.add(
          new AwaitOp(
              new AwaitOp.Condition.DadDone(draft.pod(), draft.attachment().ifName()),
              DAD_LIMIT,
              AwaitOp.Late.FAILS),
          "nobody else has the address");
    }
    draft.announce(addresses);
    return new NicOutline(List.of(bridge, hostEnd, podEnd), podEnd, addresses);
  }

  private static void shared(
      NicKind.Bridge kind, AddressUse use, NicDraft draft, Ref<Link> bridge) {
    if (kind.isGateway()) {
      draft.add(
          new LinkOp.EnsureGateway(bridge, use, kind.forceAddress(), kind.vlan()),
          "the bridge is the gateway, shared, stays");
      draft.add(new LinkOp.EnsureForwarding(use), "a gateway forwards, shared, stays");
    }
    if (kind.ipMasq()) {
      draft.add(
          new LinkOp.EnsureMasquerade(draft.attachment().network(), use),
          "outside, the subnet is unknown; shared, stays");
    }
  }
}
