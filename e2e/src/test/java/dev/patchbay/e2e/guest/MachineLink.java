package dev.patchbay.e2e.guest;

import dev.patchbay.e2e.Command;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A link of the guest machine.
 *
 * @param flags without what depends on the carrier
 */
record MachineLink(String name, String mac, int mtu, Set<String> flags) {
  /** The links of the machine, without those of a pod and the loopback. */
  static List<MachineLink> all() {
    JsonNode links =
        JsonMapper.shared().readTree(Command.of("ip", "-j", "link").run().orFail().stdout());
    return StreamSupport.stream(links.spliterator(), false)
        .map(MachineLink::of)
        .filter(link -> !link.name.equals("lo"))
        .toList();
  }

  private static MachineLink of(JsonNode link) {
    Set<String> flags = new TreeSet<>();
    link.path("flags").forEach(flag -> flags.add(flag.asString()));
    flags.removeAll(Set.of("LOWER_UP", "NO-CARRIER"));
    return new MachineLink(
        link.path("ifname").asString(),
        link.path("address").asString(),
        link.path("mtu").asInt(),
        flags);
  }
}
