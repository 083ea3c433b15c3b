package dev.patchbay.cli;

import dev.patchbay.cni.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How one component is.
 *
 * @param component its name
 * @param status ok, warn or fail
 * @param detail what was seen
 * @param next what to type; empty when all is well
 */
record Finding(String component, String status, String detail, String next) {
  static Finding ok(String component, String detail) {
    return new Finding(component, "ok", detail, "");
  }

  static Finding warn(String component, String detail, String next) {
    return new Finding(component, "warn", detail, next);
  }

  static Finding bad(String component, String detail, String next) {
    return new Finding(component, "fail", detail, next);
  }

  /** What the agent found. */
  static Finding of(JsonNode item) {
    return new Finding(
        Shown.text(item, "component"),
        Shown.text(item, "status"),
        Shown.text(item, "detail"),
        Shown.text(item, "next"));
  }

  boolean failed() {
    return status.equals("fail");
  }

  ObjectNode toJson() {
    return Json.newObject()
        .put("component", component)
        .put("status", status)
        .put("detail", detail)
        .put("next", next);
  }
}
