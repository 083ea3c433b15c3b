package dev.patchbay.agent.node;

import dev.patchbay.cni.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A pod's status while it is being written. */
final class StatusDraft {
  private final ObjectNode before;
  private final ObjectNode now;
  private final String time;

  StatusDraft(PodView pod, Instant time) {
    this.before = pod.status() instanceof ObjectNode status ? status.deepCopy() : Json.newObject();
    this.now = before.deepCopy();
    this.time = time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  StatusDraft phase(String phase) {
    now.put("phase", phase);
    return this;
  }

  /** Why the pod as a whole is as it is; empty texts take the fields away. */
  StatusDraft reason(String reason, String message) {
    text("reason", reason);
    text("message", message);
    return this;
  }

  private void text(String key, String value) {
    if (value.isEmpty()) {
      now.remove(key);
    } else {
      now.put(key, value);
    }
  }

  /** Kept from the first time on. */
  StatusDraft startTime() {
    if (!now.has("startTime")) {
      now.put("startTime", time);
    }
    return this;
  }

  StatusDraft set(String key, JsonNode value) {
    now.set(key, value);
    return this;
  }

  /** The pod's addresses, the primary NIC's first; none takes the fields away. */
  StatusDraft ips(List<String> ips) {
    if (ips.isEmpty()) {
      now.remove(List.of("podIP", "podIPs"));
      return this;
    }
    now.put("podIP", ips.getFirst());
    ArrayNode all = now.putArray("podIPs");
    ips.forEach(ip -> all.addObject().put("ip", ip));
    return this;
  }

  /** A condition that has nothing to explain. */
  StatusDraft condition(String type, boolean holds) {
    return condition(type, holds, "", "");
  }

  /** A condition; its time changes with its status only. */
  StatusDraft condition(String type, boolean holds, String reason, String message) {
    ObjectNode condition = find(type);
    String status = holds ? "True" : "False";
    if (!condition.path("status").asString("").equals(status)) {
      condition.put("status", status).put("lastTransitionTime", time);
    }
    condition.remove(List.of("reason", "message"));
    if (!reason.isEmpty()) {
      condition.put("reason", reason);
    }
    if (!message.isEmpty()) {
      condition.put("message", message);
    }
    return this;
  }

  private ObjectNode find(String type) {
    ArrayNode conditions = now.withArray("/conditions");
    for (JsonNode one : conditions) {
      if (one instanceof ObjectNode object && object.path("type").asString("").equals(type)) {
        return object;
      }
    }
    return conditions.addObject().put("type", type);
  }

  StatusDraft withoutCondition(String type) {
    ArrayNode conditions = now.withArray("/conditions");
    for (int i = conditions.size() - 1; i >= 0; i--) {
      if (conditions.path(i).path("type").asString("").equals(type)) {
        conditions.remove(i);
      }
    }
    return this;
  }

  boolean isNews() {
    return !now.equals(before);
  }

  /** What changes it, as a merge patch. */
  ObjectNode merge() {
    ObjectNode merge = Json.newObject();
    for (String key : before.propertyNames()) {
      if (!now.has(key)) {
        merge.putNull(key);
      }
    }
    now.properties()
        .forEach(entry -> {
          if (!entry.getValue().equals(before.get(entry.getKey()))) {
            merge.set(entry.getKey(), entry.getValue());
          }
        });
    return merge;
  }
}
