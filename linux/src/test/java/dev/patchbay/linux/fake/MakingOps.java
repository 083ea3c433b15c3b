package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.MacvlanMode;
import dev.patchbay.core.nic.VlanRange;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.Link;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.Ref;
import dev.patchbay.linux.libc.Errno;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** Links that belong to one NIC: made, set as a port, deleted. */
record MakingOps(World world, Bindings bound) {
  Performed addVeth(LinkOp.AddVeth op) {
    FakeNetns pod = world.netns(op.pod());
    FakeNetns host = world.netns(op.at());
    int mtu = op.mtu().orElse(World.ETHERNET_MTU);
    world.requireFree(pod, op.name());
    var toPodEnd = new LinkShape.Veth(world.idAhead(1));
    FakeLink hostEnd = world.add(host, toPodEnd, op.host(), op.hostMac(), mtu);
    FakeLink podEnd = world.add(pod, new LinkShape.Veth(hostEnd.id), op.name(), op.mac(), mtu);
    op.bridge()
        .ifPresent(ref -> {
          world.join(hostEnd, bridge(ref, "add veth " + op.host()));
          LinkState.up(world, hostEnd);
        });
    LinkState.setSysctl(world, hostEnd, "ipv6", "accept_ra", "0");
    return new Performed.Done(
        Bindings.of(op.hostEnd(), world.describe(hostEnd))
            .and(Bindings.of(op.podEnd(), world.describe(podEnd))));
  }

  private FakeLink bridge(Ref<Link> ref, String doing) {
    FakeLink link =
        bound
            .link(ref)
            .flatMap(world::find)
            .orElseThrow(() -> Refusal.kernel(doing, Errno.ENODEV, ""));
    if (!(link.shape instanceof LinkShape.Bridge)) {
      throw Refusal.kernel(doing, Errno.EOPNOTSUPP, "Device does not allow enslaving");
    }
    return link;
  }

  Performed setPort(LinkOp.SetPort op) {
    String doing = "set port " + op.port();
    FakeLink port =
        bound
            .link(op.port())
            .flatMap(world::find)
            .orElseThrow(() -> Refusal.kernel(doing, Errno.ENODEV, ""));
    if (port.master.isEmpty()) {
      throw Refusal.kernel(doing, Errno.EINVAL, "Device is not a bridge port");
    }
    NavigableSet<Integer> vlans = new TreeSet<>(port.port.vlans());
    boolean tagging = op.vlan().isPresent() || !op.trunk().isEmpty();
    int pvid = op.vlan().orElse(port.port.pvid());
    if (tagging && !op.keepDefaultVlan()) {
      vlans.remove(1);
      pvid = op.vlan().orElse(0);
    }
    op.vlan().ifPresent(vlans::add);
    for (VlanRange range : op.trunk()) {
      for (int id = range.first(); id <= range.last(); id++) {
        vlans.add(id);
      }
    }
    port.port = new PortState(op.hairpin(), op.isolated(), pvid, vlans);
    return Performed.done();
  }

  Performed addMacvlan(LinkOp.AddMacvlan op) {
    FakeNetns pod = world.netns(op.pod());
    FakeNetns parents = world.netns(op.parentNetns());
    FakeLink parent =
        world
            .find(parents, op.parent())
            .orElseThrow(() ->
                new Refusal(
                    new AttachFailure.ParentMissing(op.parent(), DeviceOps.names(world, parents))));
    // a macvlan's macvlan is its sibling (drivers/net/macvlan.c, macvlan_common_newlink)
    FakeLink below =
        parent.shape instanceof LinkShape.Macvlan(long under, _, _)
            ? world.byId(under).orElseThrow()
            : parent;
    requireParent(op, below);
    MacAddress mac = op.mode() == MacvlanMode.PASSTHRU ? below.mac : op.mac();
    var shape = new LinkShape.Macvlan(below.id, op.mode(), op.bcQueueLen());
    FakeLink made = world.add(pod, shape, op.name(), mac, op.mtu().orElse(below.mtu));
    return Performed.yielding(op.made(), world.describe(made));
  }

  private void requireParent(LinkOp.AddMacvlan op, FakeLink parent) {
    String doing = "add macvlan " + op.name() + " on " + op.parent();
    List<FakeLink> siblings =
        world.above(parent).filter(l -> l.shape instanceof LinkShape.Macvlan).toList();
    boolean taken =
        siblings.stream()
            .anyMatch(sibling ->
                sibling.shape instanceof LinkShape.Macvlan(_, var mode, _)
                    && mode == MacvlanMode.PASSTHRU);
    boolean wantsAll = op.mode() == MacvlanMode.PASSTHRU && !siblings.isEmpty();
    if (parent.shape instanceof LinkShape.Loopback || taken || wantsAll) {
      throw Refusal.kernel(doing, Errno.EINVAL, "");
    }
    if (parent.master.isPresent()) {
      throw Refusal.kernel(doing, Errno.EBUSY, "");
    }
  }

  Performed addTap(LinkOp.AddTap op) {
    FakeNetns pod = world.netns(op.pod());
    Optional<FakeLink> bridge = op.bridge().map(name -> podBridge(pod, name));
    var shape = new LinkShape.Tap(op.multiQueue(), op.owner(), op.group());
    FakeLink made = world.add(pod, shape, op.name(), op.mac(), op.mtu().orElse(World.ETHERNET_MTU));
    bridge.ifPresent(master -> world.join(made, master));
    return Performed.yielding(op.made(), world.describe(made));
  }

  private FakeLink podBridge(FakeNetns pod, IfName name) {
    return world
        .find(pod, name)
        .filter(link -> link.shape instanceof LinkShape.Bridge)
        .orElseThrow(() ->
            new Refusal(
                new AttachFailure.InvalidField(
                    "bridge",
                    name.value(),
                    "no bridge \"" + name + "\" in " + pod.handle(),
                    "make the bridge in the pod first, or leave the field out")));
  }

  Performed deleteLink(LinkOp.DeleteLink op) {
    world.find(op.netns()).stream()
        .flatMap(netns -> world.linksOf(netns).stream())
        .filter(link -> isOurs(link, op))
        .findFirst()
        .ifPresent(world::delete);
    return Performed.done();
  }

  /**
   * The kernel's number tells our link, and our name or address guards against the number of
   * another namespace; without a number, our name and address together do.
   */
  private boolean isOurs(FakeLink link, LinkOp.DeleteLink op) {
    Optional<Link> known = bound.link(op.link());
    boolean sameName = link.name.equals(op.name());
    boolean sameMac = link.mac.equals(op.mac());
    return known
        .map(made ->
            link.index == made.index() && (sameName || sameMac || link.mac.equals(made.mac())))
        .orElse(sameName && sameMac);
  }
}
