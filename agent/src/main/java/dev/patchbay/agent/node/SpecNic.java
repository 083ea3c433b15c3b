package dev.patchbay.agent.node;

import dev.patchbay.cni.json.Json;
import dev.patchbay.core.nic.IfName;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * One element of {@code spec.nics}.
 *
 * @param name as written; empty when it is unnamed, or what is written is no name
 * @param json all of it
 */
record SpecNic(Optional<IfName> name, ObjectNode json) {
  private static final List<String> FIXED = List.of("subnetName", "ipAddress");

  static SpecNic of(ObjectNode json) {
    return new SpecNic(parsed(json.path("name").asString("")), json.deepCopy());
  }

  private static Optional<IfName> parsed(String name) {
    try {
      return name.isBlank() ? Optional.empty() : Optional.of(new IfName(name));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // the API refuses such a name; what came past it is unnamed to us
    }
  }

  /** The same with a name. */
  SpecNic named(IfName given) {
    ObjectNode named = json.deepCopy();
    named.put("name", given.value());
    return new SpecNic(Optional.of(given), named);
  }

  /** The port that it asks for. */
  Optional<String> port() {
    return Optional.of(json.path("portId").asString("")).filter(text -> !text.isBlank());
  }

  /** Whether a NIC that was plugged for the former text cannot be the one that is wanted now. */
  boolean contradicts(SpecNic former) {
    boolean samePort = port().isEmpty() || former.port().isEmpty() || port().equals(former.port());
    return !samePort
        || FIXED.stream()
            .anyMatch(
                key -> !json.path(key).asString("").equals(former.json.path(key).asString("")));
  }

  /** As it is written. */
  String text() {
    return Json.text(json);
  }
}
