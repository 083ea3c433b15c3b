package dev.patchbay.core.plan;

import dev.patchbay.core.nic.Addressing;
import java.util.List;
import java.util.Optional;

/**
 * A NIC that our own kinds have made.
 *
 * @param links bridge, host's end, pod's end …, in the order they are reported
 * @param pod the pod's own, which has the addresses
 * @param addressing its addresses, routes and DNS
 */
public record NicResult(List<Link> links, Optional<Link> pod, Addressing addressing) {
  /** Copies the list. */
  public NicResult {
    links = List.copyOf(links);
  }
}
