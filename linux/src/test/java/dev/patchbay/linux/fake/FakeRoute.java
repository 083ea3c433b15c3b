package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.Cidr;
import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A route of a namespace.
 *
 * @param dst where to
 * @param gateway next hop
 * @param link which link, by identity
 * @param metric never absent, as in the kernel: see {@link #defaultMetric}
 * @param mtu of the path
 * @param advmss largest segment
 * @param table 254 is main
 * @param connected whether the kernel made it for an address
 */
record FakeRoute(
    Cidr dst,
    Optional<InetAddress> gateway,
    long link,
    int metric,
    OptionalInt mtu,
    OptionalInt advmss,
    int table,
    boolean connected) {
  static final int MAIN = 254;

  /** The route that comes with an address. */
  static FakeRoute connected(Cidr address, long link) {
    Cidr network = address.network();
    int metric = defaultMetric(network.isV4(), true);
    OptionalInt none = OptionalInt.empty();
    return new FakeRoute(network, Optional.empty(), link, metric, none, none, MAIN, true);
  }

  /** A plain route of the main table. */
  static FakeRoute to(Cidr dst, Optional<InetAddress> gateway, long link) {
    int metric = defaultMetric(dst.isV4(), false);
    OptionalInt none = OptionalInt.empty();
    return new FakeRoute(dst.network(), gateway, link, metric, none, none, MAIN, false);
  }

  /** What the kernel takes when nothing is said (net/ipv6/route.c, IP6_RT_PRIO_*). */
  static int defaultMetric(boolean v4, boolean connected) {
    if (v4) {
      return 0;
    }
    return connected ? 256 : 1024;
  }

  boolean isDefault() {
    return dst.isDefault() && table == MAIN;
  }
}
