package dev.patchbay.core.plan;

import dev.patchbay.core.nic.Addressing;
import java.util.List;
import java.util.Optional;

/**
 * Where the parts of a NIC's result will come from once its plan has run.
 *
 * @param links links in the order they are reported
 * @param pod which of them is the pod's own
 * @param addresses its addresses; empty for a layer 2 NIC
 */
public record NicOutline(List<Ref<Link>> links, Ref<Link> pod, Optional<AddressUse> addresses) {
  /** Copies the list. */
  public NicOutline {
    links = List.copyOf(links);
  }

  /** The same NIC after one of its links has changed. */
  public NicOutline withPod(Ref<Link> changed) {
    return new NicOutline(
        links.stream().map(link -> link.equals(pod) ? changed : link).toList(), changed, addresses);
  }

  /** What there is, as far as the ops have run. */
  public NicResult in(Bindings bound) {
    List<Link> there = links.stream().flatMap(ref -> bound.link(ref).stream()).toList();
    return new NicResult(
        there, bound.link(pod), addresses.map(use -> use.in(bound)).orElse(Addressing.NONE));
  }
}
