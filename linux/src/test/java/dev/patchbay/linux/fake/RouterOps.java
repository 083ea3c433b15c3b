package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.Link;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.linux.libc.Errno;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.stream.Collectors;

/** Namespaces of VPCs, their cables to the host, and the guards of their ports. */
record RouterOps(World world, Bindings bound) {
  static final IfName UPLINK = new IfName("uplink");
  private static final String HOST_RULE = "patchbay-vpc";

  Performed ensureNetns(LinkOp.EnsureNetns op) {
    if (world.find(op.netns()).isEmpty()) {
      FakeNetns made = world.addNetns(op.netns().path());
      made.router = true;
      LinkState.up(world, world.link(made, new IfName("lo"), "set lo up"));
    }
    return Performed.done();
  }

  Performed ensureUplink(LinkOp.EnsureUplink op) {
    FakeNetns router = world.netns(op.router());
    FakeLink inside = world.find(router, UPLINK).orElseGet(() -> cable(op, router));
    FakeLink outside = world.link(world.host(), op.host(), "connect " + op.host());
    if (inside.addresses.isEmpty()) {
      LinkState.addAddress(world, outside, Cidr.host(nth(op.pool(), 1)));
      Cidr own = free(op.pool());
      LinkState.addAddress(world, inside, own);
      LinkState.addRoute(world, outside, FakeRoute.to(own, Optional.empty(), outside.id));
      Cidr gateway = Cidr.host(nth(op.pool(), 1));
      LinkState.addRoute(world, inside, FakeRoute.to(gateway, Optional.empty(), inside.id));
      LinkState.addRoute(
          world,
          inside,
          FakeRoute.to(Cidr.parse("0.0.0.0/0"), Optional.of(gateway.address()), inside.id));
    }
    for (Addressing.Ip ip : op.addresses().in(bound).ips()) {
      router.translated.add(ip.address().network().toString());
    }
    SysctlKey forward = SysctlKey.parse(Dump.FORWARD_V4);
    LinkState.setSysctl(world, world.host(), forward, "1");
    LinkState.setSysctl(world, router, forward, "1");
    world.masquerades.add(new Masquerade(HOST_RULE, op.pool().network()));
    return Performed.done();
  }

  private FakeLink cable(LinkOp.EnsureUplink op, FakeNetns router) {
    var toRouter = new LinkShape.Veth(world.idAhead(1));
    FakeLink outside = world.add(world.host(), toRouter, op.host(), mac(1), World.ETHERNET_MTU);
    var toHost = new LinkShape.Veth(outside.id);
    FakeLink inside = world.add(router, toHost, UPLINK, mac(2), World.ETHERNET_MTU);
    LinkState.up(world, outside);
    LinkState.up(world, inside);
    return inside;
  }

  /** Real ones are random. */
  private static MacAddress mac(int end) {
    return new MacAddress("02:fa:ce:ff:00:0" + end);
  }

  private Cidr free(Cidr pool) {
    for (int n = 2; n < 255; n++) {
      Cidr candidate = Cidr.host(nth(pool, n));
      if (world.host().routes.stream().noneMatch(route -> route.dst().equals(candidate))) {
        return candidate;
      }
    }
    throw new Refusal(new AttachFailure.PoolExhausted("uplinks", pool.toString()));
  }

  private static InetAddress nth(Cidr pool, int n) {
    byte[] address = pool.network().address().getAddress();
    address[address.length - 1] += (byte) n;
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  Performed guard(LinkOp.GuardPort op) {
    Link port =
        bound
            .link(op.port())
            .filter(link -> world.find(link).isPresent())
            .orElseThrow(() -> Refusal.kernel("guard port " + op.port(), Errno.ENODEV, ""));
    String addresses =
        op.addresses().in(bound).ips().stream()
            .map(ip -> Cidr.host(ip.address().address()).toString())
            .collect(Collectors.joining(" "));
    world.netns(port.netns()).guards.put(port.name().value(), op.mac() + " " + addresses);
    return Performed.done();
  }

  Performed unguard(LinkOp.UnguardPort op) {
    world.find(op.at()).ifPresent(netns -> netns.guards.remove(op.port().value()));
    return Performed.done();
  }
}
