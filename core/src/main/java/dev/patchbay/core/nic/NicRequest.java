package dev.patchbay.core.nic;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One NIC as a dialect asked for it, before its network's definition has been read.
 *
 * @param network the definition's name as the dialect names it
 * @param namespace the Kubernetes namespace of the definition; empty where definitions are files
 * @param ifName the name asked for; empty for the next free default name
 * @param ips addresses asked for, with or without prefix
 * @param mac Ethernet address asked for
 * @param defaultRoute gateways of the default route that this NIC shall have; absent when nothing
 *     is said, empty list for "none of its own"
 * @param capabilities capability name → JSON, what the CNI conventions call runtimeConfig, without
 *     ips and mac
 * @param cniArgs JSON object for {@code args.cni}; empty for none
 * @param origin where it was asked for
 */
public record NicRequest(
    String network,
    Optional<String> namespace,
    Optional<IfName> ifName,
    List<String> ips,
    Optional<MacAddress> mac,
    Optional<List<InetAddress>> defaultRoute,
    Map<String, String> capabilities,
    Optional<String> cniArgs,
    Origin origin) {
  /** Copies the collections. */
  public NicRequest {
    ips = List.copyOf(ips);
    capabilities = Map.copyOf(capabilities);
    defaultRoute = defaultRoute.map(List::copyOf);
  }

  /** A request that names a network and nothing else. */
  public static NicRequest of(String network, Optional<IfName> ifName, Origin origin) {
    return new NicRequest(
        network,
        Optional.empty(),
        ifName,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        origin);
  }
}
