package dev.patchbay.e2e.differential;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Looks at a host and a pod and writes a line for each link, address, route, rule, VLAN, sysctl and
 * reservation. What is generated or counted anew each time gets a name that says its role: {@code
 * veth#} for the host's end, {@code <mac of host:veth#>} for an address that nobody asked for.
 */
final class Looking {
  static final JsonMapper JSON = JsonMapper.shared();

  /** Links, routes of both families, rules, rules of IPv6, VLANs: a line each; then sysctls. */
  private static final String COMMANDS =
      """
      printf 'addr\\nroute show table all\\nrule\\n' | ip -j -d -batch -
      ip -j -6 rule
      bridge -j vlan
      grep -rs . /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/conf \
        /proc/sys/net/ipv4/ip_forward /proc/sys/net/core/somaxconn
      true
      """;

  /** Set by the kernel from traffic, carrier or timers, or numbers of this machine's objects. */
  private static final Set<String> PASSING =
      Set.of(
          "state",
          "id",
          "no",
          "cost",
          "bridge_id",
          "root_id",
          "root_port",
          "root_path_cost",
          "designated_port",
          "designated_cost",
          "topology_change",
          "topology_change_detected",
          "topology_change_ack",
          "config_pending",
          "mcast_startup_query_cnt");

  private final String host;
  private final String pod;
  private final Path leases;
  private final String written;
  private TreeMap<String, TreeSet<String>> owners = new TreeMap<>();

  Looking(String host, String pod, Path leases, Scenario scenario) {
    this.host = host;
    this.pod = pod;
    this.leases = leases;
    this.written = scenario.written().toLowerCase(Locale.ROOT);
  }

  /** All there is, now. */
  NavigableSet<String> lines() {
    List<String> onHost = look(host);
    List<String> inPod = look(pod);
    owners = new TreeMap<>();
    owners("host", onHost);
    owners("pod", inPod);
    NavigableSet<String> all = new TreeSet<>();
    all.addAll(lines("host", onHost));
    all.addAll(lines("pod", inPod));
    all.addAll(reservations());
    return all;
  }

  /** A CNI result, a line for each value, generated ones named as in the last {@link #lines}. */
  List<String> result(JsonNode result) {
    List<String> all = new ArrayList<>();
    JsonNode copy = result.deepCopy();
    for (JsonNode each : copy.path("interfaces")) {
      ObjectNode link = (ObjectNode) each;
      if (link.has("mac")) {
        String owner =
            (link.has("sandbox") ? "pod:" : "host:") + name(link.path("name").asString());
        link.put("mac", mac(owner, link.path("mac").asString()));
      }
    }
    flat("result", sorted(copy), all);
    return all;
  }

  private void flat(String path, JsonNode node, List<String> all) {
    switch (node) {
      case MissingNode _ -> {
        // CHECK and DEL answer nothing
      }
      case ObjectNode object ->
          object
              .properties()
              .forEach(entry -> flat(path + "." + entry.getKey(), entry.getValue(), all));
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          flat(path + "[" + i + "]", array.get(i), all);
        }
      }
      default -> {
        String text = node.isString() ? node.stringValue() : node.toString();
        all.add(path + " " + name(text.replace("/run/netns/" + pod, "the pod")));
      }
    }
  }

  private static List<String> look(String netns) {
    return Ended.in(netns, Map.of(), "", "sh", "-c", COMMANDS).orFail().stdout().lines().toList();
  }

  private static Stream<JsonNode> entries(String json) {
    return json.startsWith("[")
        ? StreamSupport.stream(JSON.readTree(json).spliterator(), false)
        : Stream.empty();
  }

  private void owners(String where, List<String> output) {
    entries(output.getFirst())
        .forEach(link ->
            owners
                .computeIfAbsent(link.path("address").asString("-"), _ -> new TreeSet<>())
                .add(where + ":" + name(link.path("ifname").asString())));
  }

  private NavigableSet<String> lines(String where, List<String> output) {
    NavigableSet<String> all = new TreeSet<>();
    entries(output.get(0)).forEach(link -> link(where, link, all));
    entries(output.get(1)).forEach(route -> route(where + " route ", route, all));
    entries(output.get(2)).forEach(rule -> all.add(where + " rule " + sorted(rule)));
    entries(output.get(3)).forEach(rule -> all.add(where + " rule6 " + sorted(rule)));
    entries(output.get(4))
        .forEach(vlan -> all.add(where + " vlan " + name(sorted(vlan).toString())));
    sysctls(output.subList(5, output.size()))
        .forEach(line -> all.add(where + " sysctl " + name(line)));
    return all;
  }

  /** Those of a link are there only where they are not what {@code conf/default} says. */
  private static Stream<String> sysctls(List<String> output) {
    List<String> all = output.stream().map(line -> line.replace("/proc/sys/net/", "")).toList();
    Set<String> known = Set.copyOf(all);
    return all.stream()
        .filter(line -> {
          String ofDefault = line.replaceFirst("/conf/[^/]+/", "/conf/default/");
          return line.equals(ofDefault) || !known.contains(ofDefault);
        });
  }

  private void link(String where, JsonNode link, NavigableSet<String> all) {
    String name = name(link.path("ifname").asString());
    JsonNode info = link.path("linkinfo");
    String head = where + " link " + name + " ";
    String kind = info.path("info_kind").asString("-");
    all.add(head + "kind " + kind + (link.has("link_netnsid") ? ", linked elsewhere" : ""));
    all.add(head + "flags " + flags(link));
    all.add(head + "mac " + mac(where + ":" + name, link.path("address").asString("-")));
    for (String key : List.of("mtu", "master", "group", "txqlen", "promiscuity", "allmulti")) {
      all.add(head + key + " " + link.path(key).asString("-"));
    }
    all.add(head + "on " + name(link.path("link").asString("-")));
    all.add(head + "queues " + link.path("num_tx_queues").asString("-"));
    settings(head + kind + " ", info.path("info_data"), all);
    settings(head + "port ", info.path("info_slave_data"), all);
    for (JsonNode address : link.path("addr_info")) {
      // The kernel makes link-local addresses when the carrier comes, now or a moment later.
      if (!address.path("local").asString().startsWith("fe80:")) {
        all.add(where + " address " + name + " " + address(address));
      }
    }
  }

  private static void settings(String head, JsonNode settings, NavigableSet<String> all) {
    settings.properties().stream()
        .filter(entry -> !PASSING.contains(entry.getKey()) && !entry.getKey().endsWith("_timer"))
        .forEach(entry -> all.add(head + entry.getKey() + " " + sorted(entry.getValue())));
  }

  /** Carrier comes when both ends are up, now or a moment later. */
  private static Set<String> flags(JsonNode link) {
    Set<String> flags = new TreeSet<>();
    link.path("flags").forEach(flag -> flags.add(flag.asString()));
    flags.removeAll(Set.of("LOWER_UP", "NO-CARRIER", "M-DOWN"));
    return flags;
  }

  private String address(JsonNode address) {
    ObjectNode copy = (ObjectNode) sorted(address);
    copy.remove(List.of("tentative", "family"));
    for (String life : List.of("valid_life_time", "preferred_life_time")) {
      boolean forever = copy.path(life).asLong() == 4294967295L;
      copy.put(life, forever ? "forever" : "some time");
    }
    copy.put("label", name(copy.path("label").asString("-")));
    return copy.toString();
  }

  private void route(String head, JsonNode route, NavigableSet<String> all) {
    String dst = route.path("dst").asString();
    // The kernel makes these by itself of addresses and links that are looked at anyway.
    if (route.path("table").asString("").equals("local")
        || dst.startsWith("fe80:")
        || dst.equals("ff00::/8")) {
      return;
    }
    ObjectNode copy = (ObjectNode) sorted(route);
    copy.remove("flags");
    all.add(head + name(copy.toString()));
  }

  private List<String> reservations() {
    try (Stream<Path> files = Files.walk(leases)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.endsWith("lock"))
          .map(file -> "reservation " + leases.relativize(file) + " " + content(file))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String content(Path file) {
    try {
      return JSON.writeValueAsString(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An address that nobody asked for is said to be that of the link that has it. */
  private String mac(String link, String address) {
    TreeSet<String> having = owners.getOrDefault(address, new TreeSet<>());
    if (written.contains(address.toLowerCase(Locale.ROOT))
        || address.equals("00:00:00:00:00:00")
        || having.isEmpty()) {
      return address;
    }
    return "<mac of " + (having.contains(link) ? link : String.join(" and ", having)) + ">";
  }

  private static String name(String text) {
    return text.replaceAll("\\bveth[0-9a-f]{8,11}\\b", "veth#");
  }

  private static JsonNode sorted(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        ObjectNode ordered = JSON.createObjectNode();
        object.propertyNames().stream()
            .sorted()
            // an empty object says what an absent one does
            .filter(key -> !(object.get(key).isContainer() && object.get(key).isEmpty()))
            .forEach(key -> ordered.set(key, sorted(object.get(key))));
        yield ordered;
      }
      case ArrayNode array -> {
        var all = JSON.createArrayNode();
        array.forEach(element -> all.add(sorted(element)));
        yield all;
      }
      default -> node;
    };
  }
}
