package dev.patchbay.cni.result.wire;

import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists on the wire: an empty one is left out. */
public final class ResultJson {
  private ResultJson() {}

  /** Writes a list's elements under a key, unless there is none. */
  public static <T> void list(
      ObjectNode json, String key, List<T> values, Function<T, ? extends JsonNode> element) {
    if (!values.isEmpty()) {
      var array = json.putArray(key);
      values.forEach(value -> array.add(element.apply(value)));
    }
  }
}
