package dev.patchbay.core.plan;

import dev.patchbay.core.nic.MacAddress;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Settings of a link and its namespace that the {@code tuning} plugin knows; empty means leave
 * alone.
 *
 * @param sysctl keys as in /proc/sys/net, dots or slashes between the parts, the link's name
 *     already put in for IFNAME
 * @param mac the Ethernet address
 * @param mtu bytes
 * @param promisc promiscuous mode
 * @param allmulti all-multicast mode
 * @param txQLen transmit queue length, packets
 */
public record LinkSettings(
    Map<String, String> sysctl,
    Optional<MacAddress> mac,
    OptionalInt mtu,
    Optional<Boolean> promisc,
    Optional<Boolean> allmulti,
    OptionalInt txQLen) {
  /** Nothing of all that. */
  public static final LinkSettings NONE = ofSysctls(Map.of());

  /** Keeps the keys sorted, so that equal settings print equally. */
  public LinkSettings {
    sysctl = java.util.Collections.unmodifiableMap(new TreeMap<>(sysctl));
  }

  /** Sysctls alone. */
  public static LinkSettings ofSysctls(Map<String, String> sysctl) {
    return new LinkSettings(
        sysctl,
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty());
  }
}
