package dev.patchbay.core.nic;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * What IPAM gives one NIC.
 *
 * @param ips addresses in the order they were asked for
 * @param routes routes as configured, a missing next hop still to be taken from the NIC's gateway
 * @param dns name resolution
 */
public record Addressing(List<Ip> ips, List<Route> routes, Dns dns) {
  /** No address at all: a layer 2 NIC. */
  public static final Addressing NONE = new Addressing(List.of(), List.of(), Dns.NONE);

  /**
   * One address of a NIC.
   *
   * @param address with the prefix of its network
   * @param gateway the network's gateway
   */
  public record Ip(Cidr address, Optional<InetAddress> gateway) {}

  /** Copies the lists. */
  public Addressing {
    ips = List.copyOf(ips);
    routes = List.copyOf(routes);
  }

  /** The first gateway of the family, which routes without a next hop of their own take. */
  public Optional<InetAddress> gateway(boolean v4) {
    return ips.stream()
        .filter(ip -> ip.address().isV4() == v4)
        .flatMap(ip -> ip.gateway().stream())
        .findFirst();
  }
}
