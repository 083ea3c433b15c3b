package dev.patchbay.kube.fake;

import dev.patchbay.kube.client.KubeName;
import dev.patchbay.kube.client.KubeSelection;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Selectors of the forms {@code a=b}, {@code a==b}, {@code a!=b} and {@code a}. */
final class Matching {
  private Matching() {}

  static boolean matches(KubeSelection selection, ObjectNode object) {
    String namespace = KubeName.of(object).namespace();
    JsonNode labels = object.path("metadata").path("labels");
    return (selection.namespace().isEmpty() || selection.namespace().equals(namespace))
        && all(selection.labels(), key -> labels.path(key).asString(""))
        && all(selection.fields(), path -> at(object, path).asString(""));
  }

  private static boolean all(String selector, Function<String, String> value) {
    return selector.isEmpty() || List.of(selector.split(",")).stream().allMatch(p -> one(p, value));
  }

  private static boolean one(String part, Function<String, String> value) {
    if (part.contains("!=")) {
      String[] sides = part.split("!=", 2);
      return !value.apply(sides[0].strip()).equals(sides[1].strip());
    }
    if (part.contains("=")) {
      String[] sides = part.replace("==", "=").split("=", 2);
      return value.apply(sides[0].strip()).equals(sides[1].strip());
    }
    return !value.apply(part.strip()).isEmpty();
  }

  private static JsonNode at(JsonNode object, String path) {
    JsonNode node = object;
    for (String step : List.of(path.split("\\."))) {
      node = node.path(step);
    }
    return node;
  }
}
