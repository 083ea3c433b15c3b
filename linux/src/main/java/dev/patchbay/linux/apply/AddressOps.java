package dev.patchbay.linux.apply;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.procfs.SysctlKey;
import dev.patchbay.linux.procfs.Sysctls;
import dev.patchbay.linux.rtnetlink.Address;
import dev.patchbay.linux.rtnetlink.Addresses;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.KernelRoute;
import dev.patchbay.linux.rtnetlink.Routes;
import java.io.IOException;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Addresses and routes of a link in a pod. */
record AddressOps(Namespaces namespaces, Bindings bound) {
  private static final int RTPROT_KERNEL = 2; // linux/rtnetlink.h
  private static final int RT_SCOPE_LINK = 253;

  Performed configure(LinkOp.Configure op) throws IOException {
    OpenNetns netns = namespaces.of(op.netns());
    KernelLink link = netns.require(op.link(), "configure");
    Addressing addressing = op.addresses().in(bound);
    AllOrNothing change = addressesAndRoutes(op, link, addressing);
    Map<SysctlKey, String> before = Sysctls.ensure(netns.handle(), sysctls(link, addressing, op));
    try {
      change.send(netns.socket());
    } catch (IOException e) {
      Sysctls.ensure(netns.handle(), before);
      throw e;
    }
    return Performed.done();
  }

  private static AllOrNothing addressesAndRoutes(
      LinkOp.Configure op, KernelLink link, Addressing addressing) throws Refusal {
    boolean cable = link.kind().equals("veth") && !op.lent();
    var change = new AllOrNothing();
    for (Addressing.Ip ip : addressing.ips()) {
      Address plain = Address.on(link.index(), ip.address()).withBroadcast();
      Address address = cable ? CableOps.withoutDad(plain) : plain;
      change.add(Addresses.add(address), Addresses.delete(address));
    }
    for (Route route : addressing.routes()) {
      KernelRoute wanted = resolved(route, addressing, link.index());
      change.add(Routes.addBeside(wanted), Routes.delete(wanted));
    }
    if (op.style() == LinkOp.RouteStyle.VIA_GATEWAY) {
      // last: once the subnet is behind its gateway, no other next hop in it is on the link
      viaGateway(change, addressing, link.index());
    }
    return change;
  }

  /**
   * What the reference plugins set, each for its kind of link; a device of the host keeps its
   * settings, whatever its kind.
   */
  private static Map<SysctlKey, String> sysctls(
      KernelLink link, Addressing addressing, LinkOp.Configure op) {
    Map<SysctlKey, String> values = new LinkedHashMap<>();
    IfName name = link.name();
    boolean v6 = addressing.ips().stream().anyMatch(ip -> !ip.address().isV4());
    if (v6) {
      // a node may have IPv6 off by default; loopback has to have it for its own addresses to work
      values.put(SysctlKey.of("net", "ipv6", "conf", "lo", "disable_ipv6"), "0");
      values.put(ipv6(name, "disable_ipv6"), "0");
      values.put(ipv6(name, "keep_addr_on_down"), "1");
    }
    if (op.style() == LinkOp.RouteStyle.SUBNET && !op.lent()) {
      switch (link.kind()) {
        case "veth" -> {
          values.put(ipv6(name, "accept_dad"), "0");
          values.put(ipv4(name, "arp_notify"), "1");
        }
        case "macvlan" -> {
          values.put(ipv4(name, "arp_notify"), "1");
          values.put(ipv6(name, "ndisc_notify"), "1");
        }
        case "tun" -> values.put(ipv4(name, "arp_notify"), "1");
        default -> {
          // the reference plugins have none for it
        }
      }
    }
    return values;
  }

  private static SysctlKey ipv4(IfName link, String key) {
    return SysctlKey.of("net", "ipv4", "conf", link.value(), key);
  }

  static SysctlKey ipv6(IfName link, String key) {
    return SysctlKey.of("net", "ipv6", "conf", link.value(), key);
  }

  /** The gateway is on the link and all of the subnet behind it. */
  private static void viaGateway(AllOrNothing change, Addressing addressing, int link)
      throws Refusal {
    Set<Cidr> routed = new HashSet<>();
    for (Addressing.Ip ip : addressing.ips()) {
      InetAddress gateway = ip.gateway().orElseThrow(() -> new Refusal(noGateway(ip)));
      InetAddress source = ip.address().address();
      Cidr subnet = ip.address().network();
      boolean v4 = subnet.isV4();
      change.addUnless(
          Errno.ESRCH,
          Routes.delete(
              KernelRoute.to(subnet)
                  .dev(link)
                  .protocol(RTPROT_KERNEL)
                  .scope(v4 ? RT_SCOPE_LINK : 0)
                  .build()));
      if (routed.add(Cidr.host(gateway))) {
        var onLink = KernelRoute.to(Cidr.host(gateway)).dev(link).source(source);
        KernelRoute route = (v4 ? onLink.scope(RT_SCOPE_LINK) : onLink).build();
        change.add(Routes.add(route), Routes.delete(route));
      }
      if (routed.add(subnet)) {
        KernelRoute route = KernelRoute.to(subnet).via(gateway).dev(link).source(source).build();
        change.add(Routes.add(route), Routes.delete(route));
      }
    }
  }

  private static AttachFailure noGateway(Addressing.Ip ip) {
    return new AttachFailure.InvalidField(
        "gateway",
        "",
        "address " + ip.address() + " has no gateway, through which all goes",
        "name a gateway in the range");
  }

  private static KernelRoute resolved(Route route, Addressing addressing, int link) {
    Optional<InetAddress> gateway = route.gw().or(() -> addressing.gateway(route.dst().isV4()));
    KernelRoute.Builder wanted = KernelRoute.to(route.dst().network()).dev(link);
    gateway.ifPresent(wanted::via);
    route.mtu().ifPresent(wanted::mtu);
    route.advmss().ifPresent(wanted::advMss);
    route.priority().ifPresent(wanted::metric);
    route.table().ifPresent(wanted::table);
    route.scope().ifPresent(wanted::scope);
    return wanted.build();
  }
}
