package dev.patchbay.vm.dhcp;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.MacAddress;
import java.net.Inet6Address;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one NIC of a guest is told of IPv6: its addresses by DHCPv6, all else by router
 * advertisements.
 *
 * @param addresses with the prefixes of their networks, at least one
 * @param router who is to be advertised; empty when the network has no router that this NIC uses
 * @param dns name servers
 * @param search what names are completed with
 * @param mtu of the NIC
 */
public record NicLease6(
    List<Cidr> addresses,
    Optional<Router> router,
    List<Inet6Address> dns,
    List<String> search,
    OptionalInt mtu) {
  private static final int HOST = 128;

  /**
   * The network's own router. A guest takes a router from the source of an advertisement, which is
   * a link-local address; so a gateway with another address gets one from us.
   *
   * @param linkLocal the router's own link-local address; empty for ours, which then stands for the
   *     router
   * @param mac the router's; empty when the guest is to ask for it, or it is not known yet
   * @param isDefault whether it is the guest's default router
   * @param routes other networks behind it (RFC 4191)
   */
  public record Router(
      Optional<Inet6Address> linkLocal,
      Optional<MacAddress> mac,
      boolean isDefault,
      List<Cidr> routes) {
    /** Copies the list. */
    public Router {
      routes = List.copyOf(routes);
    }

    /** Whether a guest can reach it. */
    boolean isReachable() {
      return linkLocal.isPresent() || mac.isPresent();
    }
  }

  /** Copies the lists; throws IllegalArgumentException unless all addresses are IPv6. */
  public NicLease6 {
    addresses = List.copyOf(addresses);
    dns = List.copyOf(dns);
    search = List.copyOf(search);
    if (addresses.isEmpty() || addresses.stream().anyMatch(Cidr::isV4)) {
      throw new IllegalArgumentException("DHCPv6 gives IPv6 addresses, not " + addresses);
    }
  }

  /** The same with a router whose hardware address is known now. */
  public NicLease6 reaching(MacAddress mac) {
    return new NicLease6(
        addresses,
        router.map(
            one -> new Router(one.linkLocal(), Optional.of(mac), one.isDefault(), one.routes())),
        dns,
        search,
        mtu);
  }

  /** The addresses without their prefixes. */
  public List<Inet6Address> ips() {
    return addresses.stream().map(ip -> (Inet6Address) ip.address()).toList();
  }

  /** The networks whose hosts are neighbours. */
  List<Cidr> onLink() {
    return addresses.stream()
        .filter(ip -> ip.prefix() < HOST)
        .map(Cidr::network)
        .distinct()
        .toList();
  }
}
