package dev.patchbay.kube.dialect;

import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.NicRequest;
import java.util.Optional;

/**
 * A NIC that was asked for, and the definition of its network.
 *
 * @param request with its interface name decided
 * @param definition as its author wrote it
 */
public record Selected(NicRequest request, NetworkConf definition) {
  /** The network as it was asked for: {@code namespace/name}, or the name of a configuration. */
  public String name() {
    return request.namespace().map(namespace -> namespace + "/").orElse("") + request.network();
  }

  /** The same NIC under a name. */
  Selected named(IfName name) {
    NicRequest named =
        new NicRequest(
            request.network(),
            request.namespace(),
            Optional.of(name),
            request.ips(),
            request.mac(),
            request.defaultRoute(),
            request.capabilities(),
            request.cniArgs(),
            request.origin());
    return new Selected(named, definition);
  }

  /** Without the definition's content, which may hold credentials. */
  @Override
  public String toString() {
    return request.ifName().map(name -> name + ": ").orElse("")
        + definition.name()
        + " of "
        + definition.origin()
        + ", asked for by "
        + request.origin();
  }
}
