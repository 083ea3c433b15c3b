package dev.patchbay.apiserver.admission;

import dev.patchbay.apiserver.fault.Cause;
import dev.patchbay.apiserver.resource.Rules;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Keys that can be file names; what is immutable stays. */
record ConfigMapRules() implements Rules {
  private static final String KEYS = "[-._a-zA-Z0-9]+";
  private static final int LONGEST_KEY = 253;

  @Override
  public List<Cause> wrongWhenCreated(ObjectNode object) {
    List<Cause> causes = new ArrayList<>();
    keys(object, "data", causes);
    keys(object, "binaryData", causes);
    for (String key : object.path("binaryData").propertyNames()) {
      if (object.path("data").has(key)) {
        causes.add(
            Cause.invalid(
                "data[" + key + "]", "\"" + key + "\"", "duplicate of key present in binaryData"));
      }
    }
    return causes;
  }

  @Override
  public List<Cause> wrongWhenChanged(ObjectNode before, ObjectNode after) {
    List<Cause> causes = new ArrayList<>();
    unchanged(before, after, List.of("data", "binaryData"), causes);
    causes.addAll(wrongWhenCreated(after));
    return causes;
  }

  static void keys(ObjectNode object, String field, List<Cause> causes) {
    for (String key : object.path(field).propertyNames()) {
      if (!key.matches(KEYS) || key.length() > LONGEST_KEY || key.equals(".") || key.equals("..")) {
        causes.add(
            Cause.invalid(
                field + "[" + key + "]",
                "\"" + key + "\"",
                "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g."
                    + " 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '"
                    + KEYS
                    + "')"));
      }
    }
  }

  /** An immutable object keeps these fields, and stays immutable. */
  static void unchanged(
      ObjectNode before, ObjectNode after, List<String> fields, List<Cause> causes) {
    if (!before.path("immutable").asBoolean(false)) {
      return;
    }
    String why = "field is immutable when `immutable` is set";
    if (!after.path("immutable").asBoolean(false)) {
      causes.add(Cause.forbidden("immutable", why));
    }
    for (String field : fields) {
      JsonNode was = before.path(field);
      if (!was.equals(after.path(field))) {
        causes.add(Cause.forbidden(field, why));
      }
    }
  }
}
