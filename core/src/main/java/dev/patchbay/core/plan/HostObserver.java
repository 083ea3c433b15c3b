package dev.patchbay.core.plan;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.DeviceSelector;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Route;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Looks at the machine without changing it. */
public interface HostObserver {
  /** What is behind a path. */
  sealed interface Identity {
    /**
     * A network namespace.
     *
     * @param netns with its cookie
     * @param isHosts whether it is the host's own
     */
    record There(Netns netns, boolean isHosts) implements Identity {}

    /** Nothing, or a namespace that is not the meant one any more. */
    record Gone() implements Identity {}

    /**
     * Something else.
     *
     * @param problem what it is
     */
    record NotANetns(String problem) implements Identity {}
  }

  /**
   * A link with what is configured on it.
   *
   * @param link the link
   * @param kind rtnetlink's kind; empty for a physical device
   * @param up whether it is administratively up
   * @param addresses its addresses, link-local ones too
   * @param routes routes through it, of all tables
   * @param redirectedTo the number of the link that gets what comes in by this one; 0 when that is
   *     gone, empty when nothing is redirected
   */
  record ObservedLink(
      Link link,
      String kind,
      boolean up,
      List<Cidr> addresses,
      List<Route> routes,
      OptionalInt redirectedTo) {
    /** Copies the lists. */
    public ObservedLink {
      addresses = List.copyOf(addresses);
      routes = List.copyOf(routes);
    }

    /** A link that redirects nothing. */
    public ObservedLink(
        Link link, String kind, boolean up, List<Cidr> addresses, List<Route> routes) {
      this(link, kind, up, addresses, routes, OptionalInt.empty());
    }
  }

  /** Which namespace is meant; a cookie other than 0 in the question must be met. */
  Identity identify(Netns netns);

  /** The mentioned links of the host; all names are listed only when one of them is missing. */
  HostView view(Set<IfName> mentioned);

  /**
   * A device of the host as it is now, under number 0 in no pod yet; empty when no device is meant
   * by this.
   */
  Optional<MovedDevice> device(DeviceSelector device);

  /** A link in a namespace; empty when it or the namespace is not there. */
  Optional<ObservedLink> observe(Netns netns, IfName link);

  /**
   * The present values of the settings that are given; empty when one of them, the link or the
   * namespace is not there.
   */
  Optional<LinkSettings> settings(Netns netns, IfName link, LinkSettings which);
}
