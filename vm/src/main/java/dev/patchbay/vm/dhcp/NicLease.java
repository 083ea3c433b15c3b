package dev.patchbay.vm.dhcp;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Route;
import dev.patchbay.ipam.dhcp.DhcpOptions;
import dev.patchbay.ipam.dhcp.DnsNames;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What one NIC of a guest is told.
 *
 * @param address its IPv4 address; the prefix is its network's
 * @param routes of this NIC alone: a default route among them only on the NIC that has it
 * @param dns name servers
 * @param domain what names are completed with
 * @param search the same, when there are several
 * @param hostName the guest's
 * @param mtu of the NIC
 */
public record NicLease(
    Cidr address,
    List<Route> routes,
    List<Inet4Address> dns,
    Optional<String> domain,
    List<String> search,
    Optional<String> hostName,
    OptionalInt mtu) {
  /** All ones: the address is lent for as long as the NIC is there, so nothing is renewed. */
  private static final int FOR_EVER = -1;

  /** Copies the lists; throws IllegalArgumentException unless the address is IPv4. */
  public NicLease {
    if (!address.isV4()) {
      throw new IllegalArgumentException("DHCP gives IPv4 addresses, not " + address);
    }
    routes = List.copyOf(routes);
    dns = List.copyOf(dns);
    search = List.copyOf(search);
  }

  /** The address without its prefix. */
  public Inet4Address ip() {
    return (Inet4Address) address.address();
  }

  /** The options of an OFFER or ACK, with or without what a lent address needs. */
  DhcpOptions options(boolean lends) {
    DhcpOptions all = DhcpOptions.NONE.with32(DhcpOptions.SUBNET_MASK, mask(address.prefix()));
    if (lends) {
      all = all.with32(DhcpOptions.LEASE_TIME, FOR_EVER);
    }
    List<Route> v4 = routes.stream().filter(NicLease::isV4).toList();
    // A client that knows 121 ignores 3 (RFC 3442), so the default route stands in both.
    List<Inet4Address> routers =
        v4.stream()
            .filter(Route::isDefault)
            .flatMap(route -> route.gw().stream())
            .map(Inet4Address.class::cast)
            .toList();
    if (!routers.isEmpty()) {
      all = all.with(DhcpOptions.ROUTERS, routers);
    }
    if (!v4.isEmpty()) {
      all = all.withRoutes(reachable(v4));
    }
    if (!dns.isEmpty()) {
      all = all.with(DhcpOptions.DNS, dns);
    }
    if (domain.isPresent()) {
      all = all.with(DhcpOptions.DOMAIN, domain.get());
    }
    byte[] names = DnsNames.bytes(search);
    if (names.length > 0) {
      all = all.with(DhcpOptions.SEARCH, names);
    }
    if (hostName.isPresent()) {
      all = all.with(DhcpOptions.HOST_NAME, hostName.get());
    }
    return mtu.isPresent() ? all.with16(DhcpOptions.MTU, mtu.getAsInt()) : all;
  }

  /** A next hop of the other family cannot be written. */
  private static boolean isV4(Route route) {
    return route.dst().isV4() && route.gw().filter(gw -> !(gw instanceof Inet4Address)).isEmpty();
  }

  /**
   * Routes in an order in which a client can set them: a gateway outside the NIC's network, as
   * calico's 169.254.1.1 beside a /32, first gets a route of its own.
   */
  private List<Route> reachable(List<Route> routes) {
    Set<Route> all = new LinkedHashSet<>();
    routes.stream().filter(route -> route.gw().isEmpty()).forEach(all::add);
    for (Route route : routes) {
      InetAddress gateway = route.gw().orElse(ip());
      boolean known =
          address.contains(gateway) || all.stream().anyMatch(one -> one.dst().contains(gateway));
      if (!known) {
        all.add(Route.to(Cidr.host(gateway), Optional.empty()));
      }
    }
    routes.stream().filter(route -> route.gw().isPresent()).forEach(all::add);
    return List.copyOf(all);
  }

  private static int mask(int prefix) {
    return prefix == 0 ? 0 : -1 << (Integer.SIZE - prefix);
  }
}
