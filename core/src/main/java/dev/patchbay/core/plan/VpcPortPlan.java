package dev.patchbay.core.plan;

import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicKind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A veth pair into a bridge of the VPC's own namespace: whatever the VPC has on this node is in
 * there, so that two VPCs with the same addresses never meet.
 */
final class VpcPortPlan {
  private VpcPortPlan() {}

  static NicOutline draft(NicKind.VpcPort kind, Attachment.Member.Native member, NicDraft draft) {
    if (!(member.ipam() instanceof Attachment.Ipam.Port port)) {
      throw new IllegalArgumentException("a NIC of a VPC has a port, not " + member.ipam());
    }
    MacAddress mac = draft.claim(port).mac();
    AddressUse use = draft.leaseBeforeLink(port).map(AddressUse::plain).orElseThrow();
    Ref<Link> bridge = draft.ref("bridge");
    draft.add(new LinkOp.EnsureNetns(kind.router()), "the VPC's own namespace, shared, stays");
    draft.add(
        new LinkOp.EnsureBridge(kind.router(), kind.bridge(), kind.mtu(), false, false, bridge),
        "the bridge of subnet " + port.subnet() + ", shared, stays");
    Ref<Link> hostEnd = draft.ref("host");
    draft.addCable(
        kind.router(),
        mac,
        kind.mtu(),
        Optional.of(bridge),
        "a cable from the pod to subnet " + port.subnet());
    if (kind.antiSpoof()) {
      draft.add(
          new LinkOp.GuardPort(hostEnd, mac, use),
          new LinkOp.UnguardPort(kind.router(), draft.hostEnd()),
          "nobody else's addresses come from this port");
    }
    shared(kind, use, draft, bridge);
    draft.configure(Optional.of(use), LinkOp.RouteStyle.SUBNET);
    draft.announce(Optional.of(use));
    Ref<Link> podEnd = draft.ref("pod");
    return new NicOutline(List.of(bridge, hostEnd, podEnd), podEnd, Optional.of(use));
  }

  private static void shared(
      NicKind.VpcPort kind, AddressUse use, NicDraft draft, Ref<Link> bridge) {
    if (kind.gateway()) {
      draft.add(
          new LinkOp.EnsureGateway(bridge, use, false, OptionalInt.empty()),
          "the subnet's gateway is in the VPC, shared, stays");
      draft.add(
          new LinkOp.EnsureForwarding(kind.router(), use),
          "a gateway forwards between the VPC's subnets, shared, stays");
    }
    kind.uplink()
        .ifPresent(uplink ->
            draft.add(
                new LinkOp.EnsureUplink(kind.router(), uplink.host(), uplink.pool(), use),
                "outside, the VPC's addresses are unknown; shared, stays"));
  }
}
