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
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Up, down, addresses, routes. */
record AddressOps(World world, Bindings bound) {
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
    boolean viaGateway = op.style() == LinkOp.RouteStyle.VIA_GATEWAY;
    setSysctls(link, addressing, viaGateway || op.lent());
    Set<Cidr> routed = new HashSet<>();
    for (Addressing.Ip ip : addressing.ips()) {
      LinkState.addAddress(world, link, ip.address());
      if (viaGateway) {
        routeViaGateway(link, ip, routed);
      }
    }
    for (Route route : addressing.routes()) {
      LinkState.addRoute(world, link, resolved(route, addressing, link));
    }
    return Performed.done();
  }

  private void routeViaGateway(FakeLink link, Addressing.Ip ip, Set<Cidr> routed) {
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
    if (routed.add(host)) {
      LinkState.addOnlyRoute(world, link, FakeRoute.to(host, Optional.empty(), link.id));
    }
    if (routed.add(subnet)) {
      LinkState.addOnlyRoute(world, link, FakeRoute.to(subnet, Optional.of(gateway), link.id));
    }
  }

  /** What the reference plugins set, each for its kind of link. */
  private void setSysctls(FakeLink link, Addressing addressing, boolean untouched) {
    if (addressing.ips().stream().anyMatch(ip -> !ip.address().isV4())) {
      set(link, "ipv6", "disable_ipv6", "0");
      set(link, "ipv6", "keep_addr_on_down", "1");
    }
    String kind = link.shape.kind();
    if (!untouched && Set.of("veth", "macvlan", "tun").contains(kind)) {
      set(link, "ipv4", "arp_notify", "1");
    }
    if (!untouched && kind.equals("veth")) {
      set(link, "ipv6", "accept_dad", "0");
    }
    if (!untouched && kind.equals("macvlan")) {
      set(link, "ipv6", "ndisc_notify", "1");
    }
  }

  private void set(FakeLink link, String family, String leaf, String value) {
    LinkState.setSysctl(world, link, family, leaf, value);
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
      LinkState.addOnlyRoute(world, hostEnd, FakeRoute.to(pod, Optional.empty(), hostEnd.id));
    }
    return Performed.done();
  }

  /** Nothing that is told stays told, and what cannot be sent is not. */
  Performed announce(LinkOp.Announce op) {
    FakeLink _ = link(op.netns(), op.link(), "announce");
    return Performed.done();
  }

  Performed addDefaultRoute(LinkOp.AddDefaultRoute op) {
    FakeLink link = link(op.netns(), op.link(), "add default route through");
    for (InetAddress gateway : op.gateways()) {
      Cidr everywhere = Cidr.parse(gateway instanceof Inet4Address ? "0.0.0.0/0" : "::/0");
      FakeRoute route = FakeRoute.to(everywhere, Optional.of(gateway), link.id);
      // its own network may have given it this one already
      if (!world.netnsOf(link).routes.contains(route)) {
        LinkState.addRoute(world, link, route);
      }
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
