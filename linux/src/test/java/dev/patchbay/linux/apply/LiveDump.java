package dev.patchbay.linux.apply;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.IpText;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.nftables.NftTable;
import dev.patchbay.linux.procfs.SysctlKey;
import dev.patchbay.linux.procfs.Sysctls;
import dev.patchbay.linux.rtnetlink.Address;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.KernelRoute;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A namespace of a real kernel in the format of {@code FakeKernel.dump}, whose javadoc says what is
 * left out.
 */
final class LiveDump {
  private static final int LOCAL = 255; // linux/rtnetlink.h, RT_TABLE_LOCAL
  private static final int UNICAST = 1;
  private static final int KERNEL = 2;

  private static final Map<String, String> PER_LINK =
      Map.of(
          "net/ipv6/conf/%s/addr_gen_mode", "0",
          "net/ipv6/conf/%s/accept_ra", "1",
          "net/ipv6/conf/%s/accept_dad", "1",
          "net/ipv6/conf/%s/disable_ipv6", "0",
          "net/ipv6/conf/%s/keep_addr_on_down", "0",
          "net/ipv6/conf/%s/ndisc_notify", "0",
          "net/ipv4/conf/%s/arp_notify", "0",
          "net/ipv4/conf/%s/arp_filter", "0");

  private final Map<Integer, KernelLink> links = new HashMap<>();
  private final Map<Integer, KernelLink> elsewhere;
  private final List<Address> addresses;
  private final Map<Integer, Integer> redirected = new HashMap<>();
  private final List<KernelRoute> routes = new ArrayList<>();

  private LiveDump(RouteSocket socket, List<KernelLink> elsewhere) throws IOException {
    for (KernelLink link : socket.links()) {
      links.put(link.index(), link);
      routes.addAll(socket.routesThrough(link.index()));
      socket.redirection(link.index()).ifPresent(to -> redirected.put(link.index(), to));
    }
    addresses = socket.addresses();
    this.elsewhere = new HashMap<>();
    elsewhere.forEach(link -> this.elsewhere.put(link.index(), link));
  }

  /** The links and routes of one namespace; the others tell the names of peers and parents. */
  static List<String> of(NetnsHandle netns, NetnsHandle others) throws IOException {
    try (RouteSocket socket = RouteSocket.open(netns);
        RouteSocket other = RouteSocket.open(others)) {
      LiveDump dump = new LiveDump(socket, other.links());
      List<String> lines = new ArrayList<>(dump.links());
      lines.addAll(dump.routes());
      return lines;
    }
  }

  /** The keys that have another value than a fresh namespace gives them. */
  static List<String> sysctls(NetnsHandle netns, Map<String, String> defaults) throws IOException {
    Map<String, String> known = new HashMap<>(defaults);
    try (RouteSocket socket = RouteSocket.open(netns)) {
      for (KernelLink link : socket.links()) {
        if (!isLoopback(link)) {
          PER_LINK.forEach((key, value) -> known.put(key.formatted(link.name()), value));
        }
      }
    }
    List<String> lines = new ArrayList<>();
    for (var entry : known.entrySet()) {
      String value = Sysctls.read(netns, SysctlKey.parse(entry.getKey()));
      if (!value.equals(entry.getValue())) {
        lines.add("sysctl " + entry.getKey() + " = " + value);
      }
    }
    return lines.stream().sorted().toList();
  }

  static List<String> masquerades(NetnsHandle host) throws IOException {
    try (NftTable table = NftTable.open(host)) {
      return table.masquerades().stream()
          .map(rule -> "masquerade " + rule.network() + " " + rule.subnet())
          .sorted()
          .toList();
    }
  }

  private List<String> links() throws IOException {
    List<String> lines = new ArrayList<>();
    List<KernelLink> byName =
        links.values().stream().sorted(Comparator.comparing(KernelLink::name)).toList();
    for (KernelLink link : byName) {
      lines.add(line(link));
      addresses.stream()
          .filter(address -> address.link() == link.index() && !isLoopback(link))
          .map(Address::cidr)
          .filter(cidr -> !cidr.address().isLinkLocalAddress())
          .map(Cidr::toString)
          .sorted()
          .map("  address "::concat)
          .forEach(lines::add);
    }
    return lines;
  }

  private static boolean isLoopback(KernelLink link) {
    return link.name().equals(new IfName("lo"));
  }

  private String line(KernelLink link) throws IOException {
    boolean ownMac = !isLoopback(link) && !link.kind().equals("bridge");
    return words(
        "link " + link.name(),
        shape(link),
        link.isUp() ? "up" : "down",
        "mtu " + link.mtu(),
        ownMac ? "mac " + link.address().orElseThrow() : "",
        link.isPromiscuous() ? "promisc" : "",
        link.isAllMulticast() ? "allmulti" : "",
        link.txQueueLength() == 1000 ? "" : "txqlen " + link.txQueueLength(),
        link.group() == 0 ? "" : "group " + link.group(),
        redirected.containsKey(link.index())
            ? "redirected " + nameHere(OptionalInt.of(redirected.get(link.index())))
            : "",
        link.master().isPresent() ? "master " + nameHere(link.master()) : "",
        link.isHairpin() ? "hairpin" : "",
        link.isIsolated() ? "isolated" : "");
  }

  private String shape(KernelLink link) throws IOException {
    return switch (link.kind()) {
      case "" -> isLoopback(link) ? "loopback" : "device";
      case "veth" -> "veth peer " + below(link);
      case "macvlan" ->
          words(
              "macvlan parent " + below(link),
              "mode " + link.macvlanMode().orElseThrow().name().toLowerCase(Locale.ROOT),
              // IFLA_MACVLAN_BC_QUEUE_LEN; 1000 is what the kernel takes by itself
              link.details().s32(7).orElse(1000) == 1000
                  ? ""
                  : "bcqueuelen " + link.details().s32(7).getAsInt());
      case "tun" ->
          words(
              "tun",
              link.details().u8(7).orElse(0) == 1 ? "multi_queue" : "", // IFLA_TUN_MULTI_QUEUE
              number("owner", link.details().s32(1)),
              number("gid", link.details().s32(2)));
      default -> link.kind();
    };
  }

  private String below(KernelLink link) {
    return nameIn(link.parentNetns().isPresent() ? elsewhere : links, link.parent());
  }

  private String nameHere(OptionalInt index) {
    return nameIn(links, index);
  }

  private static String nameIn(Map<Integer, KernelLink> links, OptionalInt index) {
    KernelLink link = links.get(index.orElse(0));
    return link == null ? "?" : link.name().value();
  }

  private List<String> routes() {
    return routes.stream()
        .filter(route -> route.type() == UNICAST && route.table() != LOCAL)
        .filter(route -> !route.destination().address().isLinkLocalAddress())
        .filter(route -> !route.destination().equals(Cidr.parse("::1/128")))
        .map(this::line)
        .sorted()
        .toList();
  }

  private String line(KernelRoute route) {
    long byDefault = route.destination().isV4() ? 0 : route.protocol() == KERNEL ? 256 : 1024;
    long metric = route.metric().orElse(0);
    return words(
        "route " + route.destination(),
        route.gateway().map(gateway -> "via " + IpText.of(gateway)).orElse(""),
        "dev " + nameHere(route.link()),
        metric == byDefault ? "" : "metric " + metric,
        number("mtu", route.mtu()),
        number("advmss", route.advMss()),
        route.table() == KernelRoute.MAIN ? "" : "table " + route.table());
  }

  private static String number(String word, OptionalInt value) {
    return value.isPresent() ? word + " " + value.getAsInt() : "";
  }

  private static String words(String... words) {
    return String.join(" ", Stream.of(words).filter(word -> !word.isEmpty()).toList());
  }
}
