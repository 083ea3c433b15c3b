package dev.patchbay.core.plan;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** The steps of one NIC while they are being written down; each link kind's file adds its own. */
final class NicDraft {
  private final Sandbox sandbox;
  private final Attachment attachment;
  private final HostView host;
  private final NicIdentity identity;
  private final List<Function<ExecOp.Prior, Step>> steps = new ArrayList<>();

  NicDraft(Sandbox sandbox, Attachment attachment, HostView host) {
    this.sandbox = sandbox;
    this.attachment = attachment;
    this.host = host;
    this.identity = NicIdentity.of(sandbox.containerId(), attachment.ifName());
  }

  Attachment attachment() {
    return attachment;
  }

  HostView host() {
    return host;
  }

  Optional<Guest> guest() {
    return sandbox.guest();
  }

  Netns pod() {
    return sandbox.netns();
  }

  <T extends Yield> Ref<T> ref(String what) {
    return new Ref<>(attachment.ifName() + "." + what);
  }

  void add(Op op, String why) {
    steps.add(_ -> Step.of(op, why));
  }

  void add(Op op, Op undo, String why) {
    steps.add(_ -> Step.of(op, undo, why));
  }

  /**
   * A third-party plugin: libcni hands the chain's last result to every DEL, and that is known only
   * when the whole chain is drafted.
   */
  void add(ExecOp.Add op, String why) {
    steps.add(last -> Step.of(op, new ExecOp.Del(op.call(), last), why));
  }

  MacAddress macOf(Attachment.Member.Native member) {
    return member.mac().orElse(identity.podMac());
  }

  /**
   * A veth pair under names and addresses by which recovery knows it; its ends are the refs "host"
   * and "pod".
   */
  void addCable(
      Attachment.Member.Native member, OptionalInt mtu, Optional<Ref<Link>> bridge, String why) {
    addCable(Netns.HOST, macOf(member), mtu, bridge, why);
  }

  /** The same with the host's end in another namespace than the host's. */
  void addCable(Netns at, MacAddress mac, OptionalInt mtu, Optional<Ref<Link>> bridge, String why) {
    Ref<Link> hostEnd = ref("host");
    add(
        new LinkOp.AddVeth(
            at,
            identity.hostEnd(),
            identity.hostMac(),
            pod(),
            attachment.ifName(),
            mac,
            mtu,
            bridge,
            hostEnd,
            ref("pod")),
        new LinkOp.DeleteLink(at, identity.hostEnd(), identity.hostMac(), hostEnd),
        why);
  }

  /** The name of the host's end of the NIC's cable. */
  IfName hostEnd() {
    return identity.hostEnd();
  }

  /** Reserves what can be had without a link, so that an exhausted pool costs nothing else. */
  Optional<Ref<Lease>> leaseBeforeLink(Attachment.Ipam ipam) {
    Ref<Lease> lease = ref("lease");
    return switch (ipam) {
      case Attachment.Ipam.None() -> Optional.empty();
      case Attachment.Ipam.Static(var addressing) -> {
        add(new LeaseOp.Fixed(addressing, lease), "the definition names the addresses");
        yield Optional.of(lease);
      }
      case Attachment.Ipam.HostLocal(var pool, var requested) -> {
        var holder = new LeaseOp.Holder(sandbox.containerId(), attachment.ifName());
        add(
            new LeaseOp.Reserve(pool, holder, requested, lease),
            new LeaseOp.Release(pool, holder, lease),
            "an address of pool " + pool.network());
        yield Optional.of(lease);
      }
      case Attachment.Ipam.Port port -> {
        bind(claim(port), lease);
        yield Optional.of(lease);
      }
      case Attachment.Ipam.Exec _ -> Optional.of(lease);
    };
  }

  private void bind(PortOp.Claim claim, Ref<Lease> lease) {
    add(
        new PortOp.BindPort(claim, ref("port"), lease),
        claim.ours() ? new PortOp.ReleasePort(claim) : new PortOp.UnbindPort(claim),
        (claim.ours() ? "a port made for this NIC in VPC " : "the port asked for in VPC ")
            + claim.vpc());
  }

  /**
   * What the NIC claims. A port that is made has its name and address from the owner's NIC, not
   * from one incarnation of it, so that the next one finds it again.
   */
  PortOp.Claim claim(Attachment.Ipam.Port port) {
    String owner = sandbox.owner().toString();
    NicIdentity whose = NicIdentity.of(owner, attachment.ifName());
    return new PortOp.Claim(
        port.namespace(),
        port.vpc(),
        port.subnet(),
        port.port().orElseGet(whose::uuid),
        port.port().isEmpty(),
        port.mac().orElseGet(whose::podMac),
        port.requested(),
        port.defaultRoute(),
        new PortOp.Holder(
            owner,
            attachment.ifName(),
            sandbox.containerId(),
            port.pod(),
            !(sandbox.owner() instanceof Owner.Container)));
  }

  /** Asks a third-party IPAM plugin once the link is there: dhcp speaks through it. */
  void leaseAfterLink(Attachment.Ipam ipam) {
    if (ipam instanceof Attachment.Ipam.Exec(var type, var conf)) {
      var call = call(type, conf);
      add(
          new ExecOp.Allocate(call, ref("lease")),
          new ExecOp.Del(call, ExecOp.Prior.NONE),
          "addresses by plugin " + type);
    }
  }

  /** Up, addresses, routes, and a word to the neighbours. */
  void configure(Optional<AddressUse> addresses, LinkOp.RouteStyle style) {
    configure(addresses, style, false);
  }

  /** The same for a device of the host. */
  void configureLent(Optional<AddressUse> addresses) {
    configure(addresses, LinkOp.RouteStyle.SUBNET, true);
  }

  private void configure(Optional<AddressUse> addresses, LinkOp.RouteStyle style, boolean lent) {
    add(new LinkOp.SetUp(pod(), attachment.ifName()), "routes need a link that is up");
    addresses.ifPresent(use ->
        add(
            new LinkOp.Configure(pod(), attachment.ifName(), use, style, lent),
            "its addresses and routes"));
  }

  /** Neighbours may still know another station under a reused address. */
  void announce(Optional<AddressUse> addresses) {
    addresses.ifPresent(use ->
        add(
            new LinkOp.Announce(pod(), attachment.ifName(), use),
            "neighbours forget who had the address before"));
  }

  ExecOp.DelegateCall call(String type, String conf) {
    return new ExecOp.DelegateCall(
        type,
        conf,
        sandbox.containerId(),
        sandbox.netns(),
        attachment.ifName(),
        sandbox.args(),
        sandbox.path());
  }

  Plan plan(ExecOp.Prior last) {
    return new Plan.Sequence(steps.stream().<Plan>map(step -> step.apply(last)).toList());
  }
}
