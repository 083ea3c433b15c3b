package dev.patchbay.apiserver.patch;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Merges lists of objects whose items are told apart by a key. */
final class ListItems {
  private final String key;
  private final Schema items;

  private ListItems(String key, Schema items) {
    this.key = key;
    this.items = items;
  }

  /** The list after the patch, in the order that strategic merge gives it. */
  static ArrayNode merge(ArrayNode list, ArrayNode patch, Schema schema) {
    String key =
        schema
            .mergeKey()
            .orElseThrow(() ->
                ApiFault.unforeseen(
                    "cannot merge lists without merge key for " + GoText.of(patch)));
    return new ListItems(key, schema.items()).merge(list, patch);
  }

  private ArrayNode merge(ArrayNode list, ArrayNode patch) {
    List<ObjectNode> wanted = new ArrayList<>();
    List<JsonNode> stored = new ArrayList<>(list.values());
    boolean replace = false;
    // Deletions come first, whatever their place in the patch.
    for (JsonNode item : patch) {
      ObjectNode object = (ObjectNode) item;
      switch (object.path(StrategicMerge.PATCH).asString("")) {
        case "" -> wanted.add(object);
        case "delete" -> {
          JsonNode identity = identity(object);
          stored.removeIf(there -> there.path(key).equals(identity));
        }
        case "replace" -> replace = true;
        case "merge" ->
            throw ApiFault.unforeseen("merging lists cannot yet be specified in the patch");
        case String other ->
            throw ApiFault.unforeseen(
                "unknown patch type: " + other + " in map: " + GoText.of(object));
      }
    }
    ArrayNode merged = list.arrayNode();
    if (replace) {
      wanted.forEach(merged::add);
      return merged;
    }
    stored.forEach(merged::add);
    for (ObjectNode item : wanted) {
      mergeItem(merged, item);
    }
    return ElementOrder.arranged(merged, List.copyOf(wanted), list, key);
  }

  private void mergeItem(ArrayNode merged, ObjectNode item) {
    JsonNode identity = identity(item);
    for (int index = 0; index < merged.size(); index++) {
      if (merged.get(index) instanceof ObjectNode there && there.path(key).equals(identity)) {
        merged.set(index, StrategicMerge.mergeObject(there, item, items));
        return;
      }
    }
    merged.add(item);
  }

  private JsonNode identity(ObjectNode item) {
    return identity(item, key);
  }

  /** What tells the item from others; throws ApiFault where it is missing. */
  static JsonNode identity(JsonNode item, String key) {
    if (!item.has(key)) {
      throw ApiFault.unforeseen(
          "map: " + GoText.of(item) + " does not contain declared merge key: " + key);
    }
    return item.get(key);
  }
}
