package dev.patchbay.e2e;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything that one ADD did, written so that two runs of the same conf by different plugins can
 * be compared: random names, hardware addresses, indexes and paths are replaced.
 */
record Footprint(String result, List<String> pod, List<String> host) {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final List<String> SYSCTLS =
      List.of(
          "net.ipv4.ip_forward",
          "net.ipv6.conf.all.forwarding",
          "net.ipv4.conf.all.route_localnet",
          "net.ipv6.conf.eth0.accept_ra",
          "net.ipv6.conf.eth0.disable_ipv6",
          "net.ipv4.conf.eth0.arp_ignore",
          "net.ipv4.conf.eth0.proxy_arp");

  static Footprint of(Lab lab, Path pod, JsonNode result) {
    return new Footprint(normal(result, pod), namespace(pod), namespace(lab.netns()));
  }

  private static List<String> namespace(Path netns) {
    String links = PodNetns.run(netns, "ip", "-j", "-d", "addr").orFail().stdout();
    Stream<String> interfaces =
        StreamSupport.stream(JSON.readTree(links).spliterator(), false)
            .filter(link -> !link.path("ifname").asString().equals("lo"))
            .flatMap(Footprint::link);
    Stream<String> routes =
        Stream.of(List.of("ip", "route"), List.of("ip", "-6", "route"))
            .flatMap(
                argv -> PodNetns.run(netns, argv.toArray(String[]::new)).orFail().lines().stream())
            .filter(route -> !route.startsWith("fe80::"))
            .map(route -> "route " + names(route.replace(" linkdown", "").strip()));
    Stream<String> sysctls =
        SYSCTLS.stream()
            .map(key -> PodNetns.run(netns, "sysctl", key))
            .filter(ran -> ran.exit() == 0)
            .map(ran -> ran.stdout().strip());
    return Stream.of(interfaces, routes, sysctls)
        .flatMap(lines -> lines)
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .toList();
  }

  private static Stream<String> link(JsonNode link) {
    String name = names(link.path("ifname").asString());
    JsonNode info = link.path("linkinfo");
    JsonNode port = info.path("info_slave_data");
    String head =
        "link %s kind=%s mode=%s mtu=%s up=%s promisc=%s master=%s hairpin=%s isolated=%s"
            .formatted(
                name,
                info.path("info_kind").asString("-"),
                info.path("info_data").path("mode").asString("-"),
                link.path("mtu").asString(),
                link.path("flags").toString().contains("\"UP\""),
                link.path("promiscuity").asString(),
                link.path("master").asString("-"),
                port.path("hairpin").asString("-"),
                port.path("isolated").asString("-"));
    Stream<String> addresses =
        StreamSupport.stream(link.path("addr_info").spliterator(), false)
            .filter(address -> !address.path("scope").asString().equals("link"))
            .map(address ->
                "address %s %s/%s"
                    .formatted(
                        name,
                        address.path("local").asString(),
                        address.path("prefixlen").asString()));
    return Stream.concat(Stream.of(head), addresses);
  }

  private static String normal(JsonNode result, Path pod) {
    ObjectNode copy = (ObjectNode) result.deepCopy();
    for (JsonNode link : copy.path("interfaces")) {
      ObjectNode fields = (ObjectNode) link;
      fields.put("name", names(fields.path("name").asString()));
      if (fields.path("mac").asString("").isEmpty()) {
        fields.remove("mac");
      } else {
        fields.put("mac", "a hardware address");
      }
    }
    return JSON.writerWithDefaultPrettyPrinter()
        .writeValueAsString(sorted(copy))
        .replace(pod.toString(), "the pod");
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

  private static String names(String text) {
    return text.replaceAll("\\bveth[0-9a-z]+\\b", "veth*");
  }
}
