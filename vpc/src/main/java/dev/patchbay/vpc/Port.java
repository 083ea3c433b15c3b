package dev.patchbay.vpc;

import dev.patchbay.core.nic.MacAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * An attachment point of a subnet, which outlives the NICs that have it.
 *
 * @param key which; the name is what users write as portId
 * @param subnet its subnet's name, in the same namespace
 * @param mac its Ethernet address; empty for one derived from its name
 * @param addresses its IP addresses; empty for the lowest free one
 * @param node the only node that may bind it; empty for any
 * @param antiSpoof whether it may send only from its own addresses; empty for what the subnet says
 * @param madeFor the NIC that it was made for and goes with; empty for a user's port
 * @param status what it has now, for people
 */
public record Port(
    Key key,
    String subnet,
    Optional<MacAddress> mac,
    List<InetAddress> addresses,
    Optional<String> node,
    Optional<Boolean> antiSpoof,
    Optional<Holder> madeFor,
    Optional<Grant> status)
    implements VpcObject {
  /** Copies the list. */
  public Port {
    addresses = List.copyOf(addresses);
  }

  Port with(Grant now) {
    return new Port(key, subnet, mac, addresses, node, antiSpoof, madeFor, Optional.of(now));
  }
}
