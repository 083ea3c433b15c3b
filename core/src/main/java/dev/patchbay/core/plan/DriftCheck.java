package dev.patchbay.core.plan;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares a NIC as it was made with the NIC as it is (CNI spec 1.1.0, section 2, CHECK): what was
 * made must be there, what others have added since is none of our business.
 */
public final class DriftCheck {
  private DriftCheck() {}

  /** What is missing, a sentence each; empty when all is there. */
  public static List<String> missing(NicResult made, Optional<HostObserver.ObservedLink> observed) {
    if (made.pod().isEmpty()) {
      return List.of();
    }
    Link link = made.pod().get();
    if (observed.isEmpty()) {
      return List.of("interface \"" + link.name() + "\" is missing in " + link.netns());
    }
    HostObserver.ObservedLink now = observed.get();
    List<String> missing = new ArrayList<>();
    if (now.link().index() != link.index()) {
      missing.add(
          "interface \""
              + link.name()
              + "\" is another one: index "
              + now.link().index()
              + " instead of "
              + link.index());
    }
    if (!now.link().mac().equals(link.mac())) {
      missing.add(
          "interface \""
              + link.name()
              + "\" has address "
              + now.link().mac()
              + " instead of "
              + link.mac());
    }
    if (!now.up()) {
      missing.add("interface \"" + link.name() + "\" is down");
    }
    for (Addressing.Ip ip : made.addressing().ips()) {
      if (!now.addresses().contains(ip.address())) {
        missing.add("address " + ip.address() + " is missing on \"" + link.name() + "\"");
      }
    }
    made.addressing().routes().stream()
        .filter(route -> !hasRoute(now, route))
        .forEach(route ->
            missing.add("route to " + route.dst() + " is missing on \"" + link.name() + "\""));
    return missing;
  }

  /** Default routes are left out: of several NICs only one keeps its own. */
  private static boolean hasRoute(HostObserver.ObservedLink now, Route wanted) {
    Cidr dst = wanted.dst().network();
    return wanted.isDefault()
        || now.routes().stream().anyMatch(route -> route.dst().network().equals(dst));
  }
}
