package dev.patchbay.agent.journal;

import dev.patchbay.core.nic.IfName;
import java.util.Optional;

/**
 * Who asked for a NIC and under which names it is known to that caller.
 *
 * @param runtime the runtime's executable or configured name; empty when unknown
 * @param network the network's name in the caller's configuration, which is the scope of its GC
 * @param ifName CNI_IFNAME of the ADD; empty for a NIC plugged by hand
 * @param podNamespace the pod's Kubernetes namespace
 * @param podName the pod's name
 */
public record Caller(
    String runtime,
    String network,
    Optional<IfName> ifName,
    Optional<String> podNamespace,
    Optional<String> podName) {
  /** The pod as people write it: namespace/name. */
  public Optional<String> pod() {
    return podName.map(name -> podNamespace.map(namespace -> namespace + "/").orElse("") + name);
  }
}
