package dev.patchbay.core.plan;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.Route;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Addresses of a lease as one NIC uses them: the same derivation for the links that get them and
 * for the result that reports them.
 *
 * @param lease where they come from
 * @param gatewayOfSubnet whether a missing gateway becomes the first address of the subnet (a
 *     bridge that is the gateway)
 * @param defaultRoute whether each family's first gateway gets a default route
 * @param dns what the link's own definition says instead of IPAM's DNS
 */
public record AddressUse(
    Ref<Lease> lease, boolean gatewayOfSubnet, boolean defaultRoute, Optional<Dns> dns) {
  /** The lease as it is. */
  public static AddressUse plain(Ref<Lease> lease) {
    return new AddressUse(lease, false, false, Optional.empty());
  }

  /** The addresses with everything derived; NONE when the lease has not been bound. */
  public Addressing in(Bindings bound) {
    Addressing given = bound.lease(lease).map(Lease::addressing).orElse(Addressing.NONE);
    List<Addressing.Ip> ips = given.ips().stream().map(this::withGateway).toList();
    Addressing withGateways = new Addressing(ips, given.routes(), dns.orElse(given.dns()));
    List<Route> routes = new ArrayList<>(given.routes());
    if (defaultRoute) {
      for (boolean v4 : new boolean[] {true, false}) {
        withGateways.gateway(v4).ifPresent(gateway -> addDefault(routes, gateway, v4));
      }
    }
    return new Addressing(ips, routes, withGateways.dns());
  }

  private static void addDefault(List<Route> routes, InetAddress gateway, boolean v4) {
    if (routes.stream().noneMatch(r -> r.isDefault() && r.dst().isV4() == v4)) {
      routes.add(Route.to(Cidr.parse(v4 ? "0.0.0.0/0" : "::/0"), Optional.of(gateway)));
    }
  }

  private Addressing.Ip withGateway(Addressing.Ip ip) {
    if (!gatewayOfSubnet || ip.gateway().isPresent()) {
      return ip;
    }
    return new Addressing.Ip(ip.address(), Optional.of(firstOf(ip.address().network())));
  }

  private static InetAddress firstOf(Cidr network) {
    byte[] bytes = network.address().getAddress();
    bytes[bytes.length - 1] |= 1;
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are always an address", e);
    }
  }
}
