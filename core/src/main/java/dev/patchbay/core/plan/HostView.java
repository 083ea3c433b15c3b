package dev.patchbay.core.plan;

import dev.patchbay.core.nic.IfName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a planner needs to know of the host: just the links that the attachments mention, so that
 * looking stays cheap on a host with thousands.
 *
 * @param links the mentioned links that are there
 * @param defaultLink the link of the host's default route
 * @param present names of the host's other links worth naming in an error; empty unless something
 *     is missing
 */
public record HostView(
    Map<IfName, HostLink> links, Optional<IfName> defaultLink, List<IfName> present) {
  /** Nobody looked, as nothing was mentioned. */
  public static final HostView UNSEEN = new HostView(Map.of(), Optional.empty(), List.of());

  /** Bytes of an Ethernet that nobody configured (ETH_DATA_LEN, linux/if_ether.h). */
  private static final int DEFAULT_MTU = 1500;

  /**
   * A link of the host.
   *
   * @param name its name
   * @param kind rtnetlink's kind, such as {@code bridge}; empty for a physical device
   * @param mtu bytes
   */
  public record HostLink(IfName name, String kind, int mtu) {}

  /** Copies the collections. */
  public HostView {
    links = Map.copyOf(links);
    present = List.copyOf(present);
  }

  /** The same host once a plan has made a bridge that is not there yet. */
  HostView with(IfName bridge, OptionalInt mtu) {
    if (links.containsKey(bridge)) {
      return this;
    }
    Map<IfName, HostLink> all = new HashMap<>(links);
    all.put(bridge, new HostLink(bridge, "bridge", mtu.orElse(DEFAULT_MTU)));
    return new HostView(all, defaultLink, present);
  }
}
