package dev.patchbay.agent.api;

import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Third-party configurations may hold credentials: nothing leaves the agent for a screen before
 * values under telling keys have been replaced.
 */
final class Masked {
  private static final String MASK = "(secret)";
  private static final Pattern TELLING =
      Pattern.compile(
          "token|passw|passphrase|secret|credential|key|cert", Pattern.CASE_INSENSITIVE);

  private Masked() {}

  /** A configuration without its secrets. */
  static ObjectNode conf(ObjectNode conf) {
    ObjectNode copy = conf.deepCopy();
    maskKeys(copy);
    return copy;
  }

  /** A text that may be a JSON object: without secrets if it is one, else as it is. */
  static String text(String text) {
    if (!text.stripLeading().startsWith("{")) {
      return text;
    }
    try {
      return Json.text(conf(Json.object(text, "text")));
    } catch (CniException _) {
      return MASK; // half of an object may still hold a password
    }
  }

  /** An answer of ours, whose own keys are harmless, but whose texts may be configurations. */
  static ObjectNode embedded(ObjectNode answer) {
    ObjectNode copy = answer.deepCopy();
    maskTexts(copy);
    return copy;
  }

  private static void maskKeys(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (String key : List.copyOf(object.propertyNames())) {
        JsonNode value = object.get(key);
        if (TELLING.matcher(key).find() && !value.isBoolean()) {
          object.put(key, MASK);
        } else if (value.isString()) {
          object.put(key, text(value.stringValue()));
        } else {
          maskKeys(value);
        }
      }
    } else {
      node.forEach(Masked::maskKeys);
    }
  }

  private static void maskTexts(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> entry : List.copyOf(object.properties())) {
        if (entry.getValue().isString()) {
          object.put(entry.getKey(), text(entry.getValue().stringValue()));
        } else {
          maskTexts(entry.getValue());
        }
      }
    } else if (node instanceof ArrayNode array) {
      List<JsonNode> values = new ArrayList<>();
      array.forEach(values::add);
      array.removeAll();
      for (JsonNode value : values) {
        maskTexts(value);
        array.add(value.isString() ? StringNode.valueOf(text(value.stringValue())) : value);
      }
    }
  }
}
