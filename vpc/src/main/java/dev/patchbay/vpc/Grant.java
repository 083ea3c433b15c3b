package dev.patchbay.vpc;

import dev.patchbay.core.nic.MacAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * What a port has of its subnet.
 *
 * @param mac its Ethernet address
 * @param addresses its IP addresses
 * @param holder the NIC that has the port; empty for a port that is free
 */
public record Grant(MacAddress mac, List<InetAddress> addresses, Optional<Holder> holder) {
  /** Copies the list. */
  public Grant {
    addresses = List.copyOf(addresses);
  }

  Grant heldBy(Holder who) {
    return new Grant(mac, addresses, Optional.of(who));
  }

  Grant free() {
    return new Grant(mac, addresses, Optional.empty());
  }
}
