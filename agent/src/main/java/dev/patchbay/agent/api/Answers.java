package dev.patchbay.agent.api;

import dev.patchbay.cni.json.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The envelope of every answer. */
final class Answers {
  static final String API_VERSION = "patchbay.dev/v1alpha1";

  private Answers() {}

  static ObjectNode of(String kind) {
    return Json.newObject().put("apiVersion", API_VERSION).put("kind", kind);
  }

  static ObjectNode list(String kind, List<ObjectNode> items) {
    ObjectNode answer = of(kind);
    answer.putArray("items").addAll(items);
    return answer;
  }

  static void texts(ObjectNode node, String key, List<String> values) {
    ArrayNode array = node.putArray(key);
    values.forEach(array::add);
  }

  /** A constant's name as people write it: DRIVER_READY is DriverReady. */
  static String word(Enum<?> constant) {
    return Arrays.stream(constant.name().split("_"))
        .map(part -> part.charAt(0) + part.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
