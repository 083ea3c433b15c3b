package dev.patchbay.core.plan;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Compares a NIC as it was made with the NIC as it is (CNI spec 1.1.0, section 2, CHECK): what was
 * made must be there, what others have added since is none of our business.
 */
public final class DriftCheck {
  private DriftCheck() {}

  /**
   * What is missing of a NIC and of what it hangs on at the host, a sentence each; empty when all
   * is there.
   *
   * @param made as it was made
   * @param host looks at what is there now
   * @param alone whether it came as the pod's only NIC; of several, only one keeps its default
   *     route
   */
  public static List<String> missing(NicResult made, HostObserver host, boolean alone) {
    List<String> missing = new ArrayList<>();
    for (Link link : made.links()) {
      Optional<HostObserver.ObservedLink> now = host.observe(link.netns(), link.name());
      if (made.pod().equals(Optional.of(link))) {
        missing.addAll(missing(made, now));
        now.filter(_ -> alone).ifPresent(there -> missing.addAll(defaultRoutes(made, there)));
      } else if (now.isEmpty() || now.get().link().index() != link.index()) {
        missing.add("\"" + link.name() + "\" is missing in " + link.netns());
      } else if (!now.get().up()) {
        missing.add("\"" + link.name() + "\" in " + link.netns() + " is down");
      }
    }
    return missing;
  }

  private static void identity(Link link, HostObserver.ObservedLink now, List<String> missing) {
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
  }

  /**
   * Which settings of a tuned link are not any more as they were made, a sentence each. The
   * Ethernet address is the link's, so it is not told again.
   *
   * @param link the tuned link
   * @param wanted what it was tuned to
   * @param now the present values of the same settings; empty when one of them is not there
   */
  public static List<String> untuned(IfName link, LinkSettings wanted, Optional<LinkSettings> now) {
    if (now.isEmpty()) {
      return List.of("settings of \"" + link + "\" cannot be read");
    }
    Map<String, String> before = texts(wanted);
    Map<String, String> after = texts(now.get());
    return before.entrySet().stream()
        .filter(entry -> !entry.getValue().equals(after.get(entry.getKey())))
        .map(entry ->
            "%s of \"%s\" is %s instead of %s"
                .formatted(entry.getKey(), link, after.get(entry.getKey()), entry.getValue()))
        .toList();
  }

  /** The kernel writes tabs between the numbers of a sysctl, whatever it was given. */
  private static Map<String, String> texts(LinkSettings settings) {
    Map<String, String> all = new TreeMap<>();
    settings.mtu().ifPresent(mtu -> all.put("mtu", String.valueOf(mtu)));
    settings.promisc().ifPresent(promisc -> all.put("promisc", String.valueOf(promisc)));
    settings.allmulti().ifPresent(allmulti -> all.put("allmulti", String.valueOf(allmulti)));
    settings.txQLen().ifPresent(length -> all.put("txQLen", String.valueOf(length)));
    settings
        .sysctl()
        .forEach((key, value) -> all.put("sysctl " + key, value.strip().replaceAll("\\s+", " ")));
    return all;
  }

  /**
   * What is missing of a NIC's way to its guest, a sentence each; empty when frames go both ways.
   *
   * @param made as it was handed over
   * @param handed what came of that
   * @param host looks at what is there now
   */
  public static List<String> missing(LinkOp.HandOver made, HandedOver handed, HostObserver host) {
    Optional<HostObserver.ObservedLink> nic = host.observe(made.netns(), made.nic());
    Optional<HostObserver.ObservedLink> tap =
        host.observe(made.netns(), made.tap())
            .filter(link -> link.link().index() == handed.tapIndex());
    if (nic.isEmpty() || tap.isEmpty()) {
      IfName gone = nic.isEmpty() ? made.nic() : made.tap();
      return List.of("interface \"" + gone + "\" is missing in " + made.netns());
    }
    List<String> missing = new ArrayList<>();
    if (!tap.get().up()) {
      missing.add("interface \"" + made.tap() + "\" is down");
    }
    missing.addAll(oneWay(nic.get(), tap.get().link()));
    missing.addAll(oneWay(tap.get(), nic.get().link()));
    return missing;
  }

  private static List<String> oneWay(HostObserver.ObservedLink from, Link to) {
    OptionalInt target = from.redirectedTo();
    return target.isPresent() && target.getAsInt() == to.index()
        ? List.of()
        : List.of(
            "what comes in by \"" + from.link().name() + "\" does not go to \"" + to.name() + "\"");
  }

  private static List<String> defaultRoutes(NicResult made, HostObserver.ObservedLink now) {
    return made.addressing().routes().stream()
        .filter(Route::isDefault)
        .filter(wanted -> now.routes().stream().noneMatch(route -> reaches(route, wanted)))
        .map(wanted -> without(wanted, now.link()))
        .toList();
  }

  /** What is missing of the pod's own link, but for default routes. */
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
    identity(link, now, missing);
    for (Addressing.Ip ip : made.addressing().ips()) {
      if (!now.addresses().contains(ip.address())) {
        missing.add("address " + ip.address() + " is missing on \"" + link.name() + "\"");
      }
    }
    made.addressing().routes().stream()
        .filter(route -> !hasRoute(now, route))
        .forEach(route -> missing.add(without(route, link)));
    return missing;
  }

  private static String without(Route route, Link link) {
    return "route to " + route.dst() + " is missing on \"" + link.name() + "\"";
  }

  private static boolean hasRoute(HostObserver.ObservedLink now, Route wanted) {
    return wanted.isDefault() || now.routes().stream().anyMatch(route -> reaches(route, wanted));
  }

  private static boolean reaches(Route route, Route wanted) {
    return route.dst().network().equals(wanted.dst().network());
  }
}
