package dev.patchbay.apiserver.rest;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.fault.Cause;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Kubernetes' Status objects. */
final class Statuses {
  private static final JsonMapper JSON = JsonMapper.shared();

  private Statuses() {}

  /** What a client gets of a failure. */
  static ObjectNode of(ApiFault fault) {
    ObjectNode status = JSON.createObjectNode().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    status.put("status", "Failure").put("message", String.valueOf(fault.getMessage()));
    if (!fault.reason().isEmpty()) {
      status.put("reason", fault.reason());
    }
    ObjectNode details = details(fault.details());
    if (!details.isEmpty()) {
      status.set("details", details);
    }
    return status.put("code", fault.code());
  }

  private static ObjectNode details(ApiFault.Details from) {
    ObjectNode details = JSON.createObjectNode();
    put(details, "name", from.name());
    put(details, "group", from.group());
    put(details, "kind", from.kind());
    put(details, "uid", from.uid());
    if (!from.causes().isEmpty()) {
      ArrayNode causes = details.putArray("causes");
      for (Cause cause : from.causes()) {
        ObjectNode item =
            causes.addObject().put("reason", cause.reason()).put("message", cause.message());
        put(item, "field", cause.field());
      }
    }
    from.retryAfterSeconds().ifPresent(seconds -> details.put("retryAfterSeconds", seconds));
    return details;
  }

  private static void put(ObjectNode into, String name, String value) {
    if (!value.isEmpty()) {
      into.put(name, value);
    }
  }
}
