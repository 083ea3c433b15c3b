package dev.patchbay.core.nic;

import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A route of a NIC, as CNI 1.1.0 results carry it.
 *
 * @param dst the destination network
 * @param gw the next hop; empty for an on-link route or one that takes its own NIC's gateway
 * @param mtu bytes; empty for the link's
 * @param advmss bytes
 * @param priority the metric; empty for the kernel's default, which is not the same as 0
 * @param table 1 to 2^31-1; empty for main
 * @param scope rtnetlink scope, 0 (global) to 255; empty for what fits the gateway
 */
public record Route(
    Cidr dst,
    Optional<InetAddress> gw,
    OptionalInt mtu,
    OptionalInt advmss,
    OptionalInt priority,
    OptionalInt table,
    OptionalInt scope) {
  /** A route that says no more than where to. */
  public static Route to(Cidr dst, Optional<InetAddress> gw) {
    return new Route(
        dst,
        gw,
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  /**
   * Whether it is a default route of the main table: the one that decides where a pod's other
   * traffic goes.
   */
  public boolean isDefault() {
    return dst.isDefault() && (table.isEmpty() || table.getAsInt() == 254);
  }
}
