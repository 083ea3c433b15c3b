package dev.patchbay.linux.fake;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IpText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Writes a world down; the format is documented at {@link FakeKernel#dump}. */
final class Dump {
  static final String FORWARD_V4 = "net/ipv4/ip_forward";
  static final String FORWARD_V6 = "net/ipv6/conf/all/forwarding";

  private final World world;
  private final boolean shared;

  private Dump(World world, boolean shared) {
    this.world = world;
    this.shared = shared;
  }

  static String all(World world) {
    return new Dump(world, true).text();
  }

  static String withoutShared(World world) {
    return new Dump(world, false).text();
  }

  private String text() {
    List<String> lines = new ArrayList<>();
    for (FakeNetns netns :
        world.namespaces.values().stream()
            .sorted(Comparator.comparing(netns -> netns.path))
            .toList()) {
      List<String> content =
          Stream.of(links(netns), routes(netns), sysctls(netns), rules(netns), guards(netns))
              .flatMap(List::stream)
              .map("  "::concat)
              .toList();
      if (shared || !netns.router || !content.isEmpty()) {
        lines.add(netns.path.isEmpty() ? "host" : "netns " + netns.path);
        lines.addAll(content);
      }
    }
    return String.join("\n", lines) + "\n";
  }

  /**
   * Bridges of the host and the VLAN interfaces above them belong to networks, not to NICs; so do
   * bridges, loopback and uplink of a VPC.
   */
  private boolean isShared(FakeLink link) {
    boolean ofNetwork =
        link.shape instanceof LinkShape.Bridge || link.shape instanceof LinkShape.Vlan;
    boolean ofVpc = ofNetwork || link.shape instanceof LinkShape.Loopback;
    return (link.netns == World.HOST && ofNetwork)
        || (world.netnsOf(link).router && ofVpc)
        || isUplink(link);
  }

  private boolean isUplink(FakeLink link) {
    return link.shape instanceof LinkShape.Veth(long peer)
        && Stream.of(Optional.of(link), world.byId(peer))
            .flatMap(Optional::stream)
            .anyMatch(end -> world.netnsOf(end).router && end.name.equals(RouterOps.UPLINK));
  }

  private static List<String> guards(FakeNetns netns) {
    return netns.guards.entrySet().stream()
        .map(e -> "guard " + e.getKey() + " " + e.getValue())
        .toList();
  }

  private boolean isShown(FakeLink link) {
    return shared || !isShared(link);
  }

  private List<String> links(FakeNetns netns) {
    return world.linksOf(netns).stream()
        .filter(this::isShown)
        .sorted(Comparator.comparing(link -> link.name))
        .flatMap(link -> Stream.concat(Stream.of(line(link)), addresses(link)))
        .toList();
  }

  private static Stream<String> addresses(FakeLink link) {
    if (link.shape instanceof LinkShape.Loopback) {
      return Stream.empty();
    }
    return link.addresses.stream().map(Cidr::toString).sorted().map("  address "::concat);
  }

  private String line(FakeLink link) {
    boolean ownMac =
        !(link.shape instanceof LinkShape.Loopback || link.shape instanceof LinkShape.Bridge);
    return words(
        "link " + link.name,
        shape(link),
        link.up ? "up" : "down",
        "mtu " + link.mtu,
        ownMac ? "mac " + link.mac : "",
        link.promisc ? "promisc" : "",
        link.allmulti ? "allmulti" : "",
        link.txQLen == 1000 ? "" : "txqlen " + link.txQLen,
        link.group == 0 ? "" : "group " + link.group,
        link.redirectedTo.isPresent() ? "redirected " + name(link.redirectedTo.getAsLong()) : "",
        port(link));
  }

  private String shape(FakeLink link) {
    return switch (link.shape) {
      case LinkShape.Loopback() -> "loopback";
      case LinkShape.Physical(_, var pci) -> "device pci " + pci;
      case LinkShape.Dummy() -> "dummy";
      case LinkShape.Veth(long peer) -> "veth peer " + name(peer);
      case LinkShape.Bridge(boolean filtering) -> filtering ? "bridge vlan_filtering" : "bridge";
      case LinkShape.Macvlan(long parent, var mode, var queue) ->
          words(
              "macvlan parent " + name(parent),
              "mode " + mode.name().toLowerCase(Locale.ROOT),
              number("bcqueuelen", queue));
      case LinkShape.Vlan(long parent, int id) -> "vlan parent " + name(parent) + " id " + id;
      case LinkShape.Tap(boolean multiQueue, var owner, var group) ->
          words(
              "tun", multiQueue ? "multi_queue" : "", number("owner", owner), number("gid", group));
    };
  }

  private String name(long id) {
    return world.byId(id).map(link -> link.name.value()).orElse("?");
  }

  private String port(FakeLink link) {
    Optional<FakeLink> bridge =
        link.master.isPresent() ? world.byId(link.master.getAsLong()) : Optional.empty();
    boolean filtering = bridge.map(b -> b.shape.equals(new LinkShape.Bridge(true))).orElse(false);
    return words(
        bridge.map(b -> "master " + b.name).orElse(""),
        link.port.hairpin() ? "hairpin" : "",
        link.port.isolated() ? "isolated" : "",
        filtering ? "pvid " + link.port.pvid() + " vlans " + link.port.vlans() : "");
  }

  private List<String> routes(FakeNetns netns) {
    return netns.routes.stream()
        .filter(route -> world.byId(route.link()).filter(this::isShown).isPresent())
        .map(this::line)
        .sorted()
        .toList();
  }

  private String line(FakeRoute route) {
    int byDefault = FakeRoute.defaultMetric(route.dst().isV4(), route.connected());
    return words(
        "route " + route.dst(),
        route.gateway().map(gateway -> "via " + IpText.of(gateway)).orElse(""),
        "dev " + name(route.link()),
        route.metric() == byDefault ? "" : "metric " + route.metric(),
        number("mtu", route.mtu()),
        number("advmss", route.advmss()),
        route.table() == FakeRoute.MAIN ? "" : "table " + route.table());
  }

  private List<String> sysctls(FakeNetns netns) {
    Stream<String> own =
        netns.sysctls.entrySet().stream()
            .filter(e -> shared || !isForwarding(netns, e.getKey()))
            .map(e -> "sysctl " + e.getKey() + " = " + e.getValue());
    Stream<String> ofLinks =
        world.linksOf(netns).stream()
            .filter(this::isShown)
            .flatMap(link ->
                link.sysctls.entrySet().stream()
                    .map(e ->
                        "sysctl "
                            + e.getKey().replace("*", link.name.value())
                            + " = "
                            + e.getValue()));
    return Stream.concat(own, ofLinks).sorted().toList();
  }

  private static boolean isForwarding(FakeNetns netns, String key) {
    return (netns.cookie == World.HOST || netns.router)
        && (key.equals(FORWARD_V4) || key.equals(FORWARD_V6));
  }

  private List<String> rules(FakeNetns netns) {
    if (!shared) {
      return List.of();
    }
    return netns.cookie == World.HOST
        ? world.masquerades.stream()
            .map(rule -> "masquerade " + rule.network() + " " + rule.subnet())
            .toList()
        : netns.translated.stream().map("translate "::concat).toList();
  }

  private static String number(String word, OptionalInt value) {
    return value.isPresent() ? word + " " + value.getAsInt() : "";
  }

  private static String words(String... words) {
    return String.join(" ", Stream.of(words).filter(word -> !Objects.equals(word, "")).toList());
  }
}
