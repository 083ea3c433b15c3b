package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.MacvlanMode;
import dev.patchbay.linux.libc.Errno;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Up and down, addresses and routes: what follows from what in the kernel. */
final class LinkState {
  private LinkState() {}

  static void up(World world, FakeLink link) {
    if (link.up) {
      return;
    }
    if (link.shape instanceof LinkShape.Macvlan(long parent, var mode, _)
        && mode != MacvlanMode.PASSTHRU
        && isMacBusy(world, link, parent)) {
      throw Refusal.kernel("set " + link.name + " up", new Errno(98), "");
    }
    link.up = true;
    if (link.shape instanceof LinkShape.Loopback) {
      loopback(link);
    }
    link.addresses.forEach(address -> connect(world, link, address));
  }

  /** drivers/net/macvlan.c, macvlan_addr_busy: only siblings that are up count. */
  private static boolean isMacBusy(World world, FakeLink link, long parent) {
    FakeLink below = world.byId(parent).orElseThrow();
    return below.mac.equals(link.mac)
        || world.above(below).anyMatch(other -> other.up && other.mac.equals(link.mac));
  }

  private static void loopback(FakeLink lo) {
    for (String address : List.of("127.0.0.1/8", "::1/128")) {
      Cidr cidr = Cidr.parse(address);
      if (!lo.addresses.contains(cidr)) {
        lo.addresses.add(cidr);
      }
    }
  }

  /** IPv4 addresses survive this; IPv6 addresses, unless told to, and all routes do not. */
  static void down(World world, FakeLink link) {
    link.up = false;
    if (!"1".equals(link.sysctls.get("net/ipv6/conf/*/keep_addr_on_down"))) {
      link.addresses.removeIf(address -> !address.isV4());
    }
    world.netnsOf(link).routes.removeIf(route -> route.link() == link.id);
  }

  static void addAddress(World world, FakeLink link, Cidr address) {
    if (world.hasAddress(link, address)) {
      throw Refusal.kernel(
          "add address " + address + " to " + link.name,
          Errno.EEXIST,
          address.isV4() ? "ipv4: Address already assigned" : "ipv6: address already assigned");
    }
    link.addresses.add(address);
    if (link.up) {
      connect(world, link, address);
    }
  }

  static void removeAddress(World world, FakeLink link, Cidr address) {
    link.addresses.remove(address);
    FakeRoute route = FakeRoute.connected(address, link.id);
    boolean stillNeeded =
        link.addresses.stream()
            .anyMatch(other -> FakeRoute.connected(other, link.id).equals(route));
    if (!stillNeeded) {
      world.netnsOf(link).routes.remove(route);
    }
  }

  private static void connect(World world, FakeLink link, Cidr address) {
    boolean single = address.isV4() && address.prefix() == 32;
    boolean loopback = link.shape instanceof LinkShape.Loopback;
    FakeRoute route = FakeRoute.connected(address, link.id);
    List<FakeRoute> routes = world.netnsOf(link).routes;
    if (!single && !loopback && !routes.contains(route)) {
      routes.add(route);
    }
  }

  /** Adds a route as NLM_F_CREATE without NLM_F_EXCL does: only its exact double is refused. */
  static void addRoute(World world, FakeLink link, FakeRoute route) {
    String doing = "add route " + route.dst() + " to " + link.name;
    FakeNetns netns = world.netnsOf(link);
    if (route.gateway().isPresent()) {
      requireReachable(netns, link, route.gateway().get(), route.dst().isV4(), doing);
    } else if (!link.up) {
      String v4 = "Device for nexthop is not up";
      String v6 = "Nexthop device is not up";
      throw Refusal.kernel(doing, new Errno(100), route.dst().isV4() ? v4 : v6);
    }
    if (netns.routes.contains(route)) {
      throw Refusal.kernel(doing, Errno.EEXIST, "");
    }
    netns.routes.add(route);
  }

  /** The same with NLM_F_EXCL: refused where another route has its destination and metric. */
  static void addOnlyRoute(World world, FakeLink link, FakeRoute route) {
    boolean taken =
        world.netnsOf(link).routes.stream()
            .anyMatch(other ->
                other.dst().equals(route.dst())
                    && other.metric() == route.metric()
                    && other.table() == route.table());
    if (taken) {
      throw Refusal.kernel("add route " + route.dst() + " to " + link.name, Errno.EEXIST, "");
    }
    addRoute(world, link, route);
  }

  private static void requireReachable(
      FakeNetns netns, FakeLink link, InetAddress gateway, boolean v4, String doing) {
    if (!v4 && gateway instanceof Inet4Address) {
      throw Refusal.kernel(doing, Errno.EINVAL, "Invalid gateway address family");
    }
    if (!v4 && link.addresses.stream().anyMatch(own -> own.address().equals(gateway))) {
      throw Refusal.kernel(doing, Errno.EINVAL, "Gateway can not be a local address");
    }
    boolean onLink =
        netns.routes.stream()
            .anyMatch(route ->
                route.link() == link.id
                    && route.gateway().isEmpty()
                    && route.dst().contains(gateway));
    boolean reachable = onLink || (!v4 && link.up && gateway.isLinkLocalAddress());
    if (!reachable) {
      throw gateway instanceof Inet4Address
          ? Refusal.kernel(doing, new Errno(101), "Nexthop has invalid gateway")
          : Refusal.kernel(doing, new Errno(113), "");
    }
  }

  static Optional<String> sysctl(World world, FakeNetns netns, SysctlKey key) {
    var values =
        key.link()
            .map(name -> world.find(netns, name).map(link -> link.sysctls))
            .orElse(Optional.of(netns.sysctls));
    return values.flatMap(set -> Optional.ofNullable(set.get(key.text())).or(key::byDefault));
  }

  static void setSysctl(World world, FakeLink link, String family, String leaf, String value) {
    String key = "net/" + family + "/conf/" + link.name + "/" + leaf;
    setSysctl(world, world.netnsOf(link), SysctlKey.parse(key), value);
  }

  static void setSysctl(World world, FakeNetns netns, SysctlKey key, String value) {
    if (sysctl(world, netns, key).isEmpty()) {
      throw Refusal.kernel("write sysctl " + key, Errno.ENOENT, "");
    }
    var values =
        key.link()
            .flatMap(name -> world.find(netns, name))
            .map(l -> l.sysctls)
            .orElse(netns.sysctls);
    if (key.byDefault().equals(Optional.of(value))) {
      values.remove(key.text());
    } else {
      values.put(key.text(), value);
    }
  }
}
