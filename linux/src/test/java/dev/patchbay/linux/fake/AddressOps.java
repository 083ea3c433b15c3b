package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.Lease;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.linux.libc.Errno;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Up, down, addresses, routes. */
record AddressOps(World world, Bindings bound) {
  private static final Errno ENETDOWN = new Errno(100);

  private FakeLink link(Netns netns, IfName name, String doing) {
    return world.link(world.netns(netns), name, doing + " " + name);
  }

  Performed setLoopbackUp(LinkOp.SetLoopbackUp op) {
    FakeLink lo = link(op.netns(), new IfName("lo"), "set up");
    LinkState.up(world, lo);
    List<Addressing.Ip> ips =
        lo.addresses.stream().map(a -> new Addressing.Ip(a, Optional.empty())).toList();
    Lease lease = new Lease(new Addressing(ips, List.of(), Addressing.NONE.dns()));
    return new Performed.Done(
        Bindings.of(op.loopback(), world.describe(lo)).and(Bindings.of(op.addresses(), lease)));
  }

  Performed setUp(LinkOp.SetUp op) {
    LinkState.up(world, link(op.netns(), op.link(), "set up"));
    return Performed.done();
  }

  Performed setDown(LinkOp.SetDown op) {
    world
        .find(op.netns())
        .flatMap(netns -> world.find(netns, op.link()))
        .ifPresent(link -> LinkState.down(world, link));
    return Performed.done();
  }

  Performed configure(LinkOp.Configure op) {
    FakeLink link = link(op.netns(), op.link(), "configure");
    Addressing addressing = op.addresses().in(bound);
    for (Addressing.Ip ip : addressing.ips()) {
      LinkState.addAddress(world, link, ip.address());
      if (op.style() == LinkOp.RouteStyle.VIA_GATEWAY) {
        routeViaGateway(link, ip);
      }
    }
    for (Route route : addressing.routes()) {
      LinkState.addRoute(world, link, resolved(route, addressing, link));
    }
    return Performed.done();
  }

  private void routeViaGateway(FakeLink link, Addressing.Ip ip) {
    InetAddress gateway =
        ip.gateway()
            .orElseThrow(() ->
                new Refusal(
                    new AttachFailure.InvalidField(
                        "gateway",
                        "",
                        "address " + ip.address() + " has no gateway, through which all goes",
                        "name a gateway in the range")));
    world.netnsOf(link).routes.remove(FakeRoute.connected(ip.address(), link.id));
    Cidr host = Cidr.host(gateway);
    Cidr subnet = ip.address().network();
    LinkState.addRoute(world, link, FakeRoute.to(host, Optional.empty(), link.id));
    if (!subnet.equals(host)) {
      LinkState.addRoute(world, link, FakeRoute.to(subnet, Optional.of(gateway), link.id));
    }
  }

  private static FakeRoute resolved(Route route, Addressing addressing, FakeLink link) {
    boolean v4 = route.dst().isV4();
    int byDefault = FakeRoute.defaultMetric(v4, false);
    int metric = route.priority().orElse(byDefault);
    return new FakeRoute(
        route.dst().network(),
        route.gw().or(() -> addressing.gateway(v4)),
        link.id,
        metric == 0 ? byDefault : metric,
        route.mtu(),
        route.advmss(),
        route.table().orElse(FakeRoute.MAIN),
        false);
  }

  Performed routeToPod(LinkOp.RouteToPod op) {
    FakeLink hostEnd =
        bound
            .link(op.hostEnd())
            .flatMap(world::find)
            .orElseThrow(() -> Refusal.kernel("route to pod", Errno.ENODEV, ""));
    LinkState.up(world, hostEnd);
    for (Addressing.Ip ip : op.addresses().in(bound).ips()) {
      ip.gateway()
          .map(Cidr::host)
          .filter(own -> !hostEnd.addresses.contains(own))
          .ifPresent(own -> LinkState.addAddress(world, hostEnd, own));
      Cidr pod = Cidr.host(ip.address().address());
      LinkState.addRoute(world, hostEnd, FakeRoute.to(pod, Optional.empty(), hostEnd.id));
    }
    return Performed.done();
  }

  /** Nothing that is told stays told: only that it could be sent is checked. */
  Performed announce(LinkOp.Announce op) {
    if (!link(op.netns(), op.link(), "announce").up) {
      throw Refusal.kernel("announce " + op.link(), ENETDOWN, "");
    }
    return Performed.done();
  }

  Performed keepDefaultRoute(LinkOp.KeepDefaultRoute op) {
    FakeNetns netns = world.netns(op.netns());
    FakeLink keep = link(op.netns(), op.keep(), "keep default route of");
    for (boolean v4 : new boolean[] {true, false}) {
      boolean own =
          netns.routes.stream()
              .anyMatch(r -> r.isDefault() && r.dst().isV4() == v4 && r.link() == keep.id);
      if (own) {
        netns.routes.removeIf(r -> r.isDefault() && r.dst().isV4() == v4 && r.link() != keep.id);
      }
    }
    return Performed.done();
  }
}
