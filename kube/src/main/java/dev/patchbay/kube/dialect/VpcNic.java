package dev.patchbay.kube.dialect;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.IpText;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One NIC of a VPC as its list has it. Keys are taken in any case: kubelets write {@code portId},
 * documents {@code portID}, and the seed {@code portid}.
 *
 * @param name its interface name
 * @param port its port
 * @param subnet its subnet
 * @param ip its address, of a port that is made
 * @param gateway the next hop of its default route; {@link #NO_GATEWAY} for no default route
 * @param metric the metric of its default route
 */
record VpcNic(
    Optional<IfName> name,
    Optional<String> port,
    Optional<String> subnet,
    Optional<String> ip,
    Optional<String> gateway,
    OptionalInt metric) {
  /** The gateway of a NIC that shall have no default route. */
  static final String NO_GATEWAY = "none";

  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("name", "name"),
          Map.entry("portid", "portid"),
          Map.entry("subnet", "subnet"),
          Map.entry("subnetname", "subnet"),
          Map.entry("ip", "ip"),
          Map.entry("ipaddress", "ip"),
          Map.entry("gateway", "gateway"),
          Map.entry("metric", "metric"));

  /** Reads one element; refusals name it. Keys that nobody reads are noted. */
  static VpcNic read(Fields element, Consumer<String> notes) {
    Fields nic = folded(element, notes);
    for (String key : List.of("name", "portid", "subnet", "ip", "gateway")) {
      if (nic.mentions(key) && nic.any(key).isPresent() && nic.filled(key).isEmpty()) {
        throw nic.bad(key, "is empty; fill it in, or leave it out");
      }
    }
    VpcNic read =
        new VpcNic(
            nic.parsed("name", IfName::new),
            nic.filled("portid"),
            nic.filled("subnet"),
            nic.parsed("ip", text -> IpText.of(Cidr.ip(text))),
            nic.parsed("gateway", VpcNic::gateway),
            metric(nic));
    if (read.name.isEmpty() && read.port.isEmpty() && read.subnet.isEmpty() && read.ip.isEmpty()) {
      throw nic.bad("portid", "is missing; name a port, a subnet, an address, or just the NIC");
    }
    return read;
  }

  private static OptionalInt metric(Fields nic) {
    OptionalLong metric = nic.whole("metric", 0, Integer.MAX_VALUE);
    return metric.isPresent() ? OptionalInt.of((int) metric.getAsLong()) : OptionalInt.empty();
  }

  private static String gateway(String text) {
    return text.equals(NO_GATEWAY) ? text : IpText.of(Cidr.ip(text));
  }

  /** The same under one spelling of each key; two spellings of one are refused. */
  private static Fields folded(Fields element, Consumer<String> notes) {
    ObjectNode folded = Json.newObject();
    Map<String, String> spelled = new HashMap<>();
    for (Map.Entry<String, JsonNode> field : element.node().properties()) {
      String key = KEYS.get(field.getKey().toLowerCase(Locale.ROOT));
      if (key == null) {
        notes.accept(element.origin() + ": nobody reads key \"" + field.getKey() + "\"");
        continue;
      }
      String before = spelled.putIfAbsent(key, field.getKey());
      if (before != null) {
        throw element.bad(
            field.getKey(), "stands beside \"" + before + "\", which means the same; keep one");
      }
      folded.set(key, field.getValue());
    }
    return Fields.of(folded, element.origin(), CniError.INVALID_NETWORK_CONFIG);
  }

  /** Whether it names an address for its default route. */
  boolean hasGateway() {
    return gateway.filter(it -> !it.equals(NO_GATEWAY)).isPresent();
  }

  /** Whether it shall have no default route. */
  boolean refusesGateway() {
    return gateway.equals(Optional.of(NO_GATEWAY));
  }

  /** Throws {@link CniException} when the metric has no route that it could be of. */
  void requireSense(String where) {
    if (refusesGateway() && metric.isPresent()) {
      throw CniException.of(
          CniError.INVALID_NETWORK_CONFIG,
          where + ": metric stands beside gateway \"none\"; leave one of them out");
    }
  }
}
