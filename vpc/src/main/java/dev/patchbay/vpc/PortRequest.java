package dev.patchbay.vpc;

import dev.patchbay.core.plan.PortOp;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * What a NIC asks a VPC for.
 *
 * @param namespace of the VPC's objects
 * @param vpc its name
 * @param subnet its name; empty for the port's, or the VPC's default
 * @param port the port's name; empty for one that is made
 * @param addresses asked for, of a port that is made
 * @param defaultRoute the default route that the NIC shall have; empty for none
 * @param pod the pod as people write it; empty when unknown
 */
public record PortRequest(
    String namespace,
    String vpc,
    Optional<String> subnet,
    Optional<String> port,
    List<InetAddress> addresses,
    Optional<PortOp.DefaultRoute> defaultRoute,
    String pod) {
  /** Copies the list. */
  public PortRequest {
    addresses = List.copyOf(addresses);
  }

  Key key(String name) {
    return new Key(namespace, name);
  }
}
