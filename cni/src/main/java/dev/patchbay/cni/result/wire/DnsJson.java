package dev.patchbay.cni.result.wire;

import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.core.nic.Dns;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The resolver's settings on the wire, the same in all versions. */
public final class DnsJson {
  private DnsJson() {}

  /** Reads {@code dns} of a result. */
  public static Dns read(Fields result) {
    return result
        .object("dns")
        .map(dns ->
            new Dns(
                dns.texts("nameservers"),
                dns.filled("domain"),
                dns.texts("search"),
                dns.texts("options")))
        .orElse(Dns.NONE);
  }

  /** Writes {@code dns} into a result, unless it is empty. */
  public static void write(Dns dns, ObjectNode result) {
    ObjectNode json = Json.newObject();
    list(json, "nameservers", dns.nameservers());
    dns.domain().ifPresent(domain -> json.put("domain", domain));
    list(json, "search", dns.search());
    list(json, "options", dns.options());
    if (!json.isEmpty()) {
      result.set("dns", json);
    }
  }

  private static void list(ObjectNode json, String key, List<String> values) {
    if (!values.isEmpty()) {
      values.forEach(json.putArray(key)::add);
    }
  }
}
