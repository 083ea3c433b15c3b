package dev.patchbay.apiserver.patch;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Strategic merge patch: lists whose schema has a merge key are merged item by item, and the patch
 * may say {@code $patch}, {@code $retainKeys}, {@code $setElementOrder/…} and {@code
 * $deleteFromPrimitiveList/…}. Results and errors are those recorded from a real API server.
 */
public final class StrategicMerge {
  static final String PATCH = "$patch";
  static final String RETAIN_KEYS = "$retainKeys";
  static final String SET_ORDER = "$setElementOrder/";
  static final String DELETE_FROM = "$deleteFromPrimitiveList/";

  private StrategicMerge() {}

  /** The object after the patch; throws ApiFault. Neither argument is changed. */
  public static ObjectNode apply(ObjectNode object, ObjectNode patch, Schema schema) {
    return mergeObject(object.deepCopy(), patch.deepCopy(), schema);
  }

  /** Merges into {@code into} and returns what is there afterwards; uses up both. */
  static ObjectNode mergeObject(ObjectNode into, ObjectNode patch, Schema schema) {
    if (patch.has(PATCH)) {
      return directed(patch);
    }
    retainKeys(into, patch);
    ElementOrder.apply(into, patch, schema);
    for (String key : List.copyOf(patch.propertyNames())) {
      boolean deletes = key.startsWith(DELETE_FROM);
      String field = deletes ? key.substring(DELETE_FROM.length()) : key;
      mergeField(into, field, patch.path(key), schema.field(field), deletes);
    }
    return into;
  }

  private static ObjectNode directed(ObjectNode patch) {
    String directive = patch.path(PATCH).asString("");
    return switch (directive) {
      case "replace" -> {
        patch.remove(PATCH);
        yield patch;
      }
      case "delete" -> patch.objectNode();
      default ->
          throw ApiFault.unforeseen(
              "unknown patch type: "
                  + GoText.of(patch.path(PATCH))
                  + " in map: "
                  + GoText.of(patch));
    };
  }

  private static void retainKeys(ObjectNode into, ObjectNode patch) {
    if (!patch.has(RETAIN_KEYS)) {
      return;
    }
    JsonNode listed = patch.remove(RETAIN_KEYS);
    Set<String> kept = new HashSet<>();
    listed.forEach(key -> kept.add(key.asString("")));
    boolean complete =
        listed.isArray()
            && patch.properties().stream()
                .allMatch(entry ->
                    entry.getKey().startsWith("$")
                        || entry.getValue().isNull()
                        || kept.contains(entry.getKey()));
    if (!complete) {
      throw ApiFault.badRequest("invalid patch format of retainKeys");
    }
    into.retain(kept);
  }

  private static void mergeField(
      ObjectNode into, String field, JsonNode value, Optional<Schema> schema, boolean deletes) {
    if (value.isNull()) {
      into.remove(field);
      return;
    }
    if (!into.has(field)) {
      if (!deletes) {
        into.set(field, fresh(value));
      }
      return;
    }
    JsonNode there = into.get(field);
    if (there.getNodeType() != value.getNodeType()) {
      if (!deletes) {
        into.set(field, value);
      }
      return;
    }
    Schema known = schema.orElse(Schema.ANYTHING);
    into.set(
        field,
        switch (value) {
          case ObjectNode patch when there instanceof ObjectNode object ->
              replaces(known) ? patch : mergeObject(object, patch, known);
          case ArrayNode patch when there instanceof ArrayNode list ->
              mergeList(list, patch, known, deletes);
          default -> value;
        });
  }

  private static boolean replaces(Schema schema) {
    return schema.strategies().contains("replace");
  }

  /**
   * In an object that is new, null means nothing, and directives of maps and lists are carried out;
   * those inside the items of a new list are not.
   */
  private static JsonNode fresh(JsonNode value) {
    if (value instanceof ArrayNode list) {
      list.removeIf(item -> item.has(PATCH));
      return list;
    }
    if (!(value instanceof ObjectNode object)) {
      return value;
    }
    if (object.has(PATCH)) {
      return object.objectNode();
    }
    for (String name : List.copyOf(object.propertyNames())) {
      JsonNode below = object.path(name);
      if (below.isNull()) {
        object.remove(name);
      } else {
        object.set(name, fresh(below));
      }
    }
    return object;
  }

  /** One list into the other; the result is a new list. */
  static ArrayNode mergeList(ArrayNode list, ArrayNode patch, Schema schema, boolean deletes) {
    boolean merges = schema.strategies().contains("merge");
    if (!merges) {
      return deletes ? without(list, patch) : patch;
    }
    if (list.isEmpty() && patch.isEmpty()) {
      return list;
    }
    if (objects(list, patch)) {
      if (deletes) {
        throw mixed(list, patch);
      }
      return ListItems.merge(list, patch, schema);
    }
    if (deletes) {
      return without(list, patch);
    }
    ArrayNode merged = list.arrayNode();
    Set<JsonNode> seen = new HashSet<>();
    for (JsonNode item : concatenated(list, patch)) {
      if (seen.add(item)) {
        merged.add(item);
      }
    }
    return ElementOrder.arranged(merged, List.copyOf(patch.values()), list, "");
  }

  private static List<JsonNode> concatenated(ArrayNode first, ArrayNode second) {
    List<JsonNode> all = new ArrayList<>(first.values());
    all.addAll(second.values());
    return all;
  }

  private static ArrayNode without(ArrayNode list, ArrayNode patch) {
    ArrayNode rest = list.arrayNode();
    Set<JsonNode> gone = new HashSet<>(patch.values());
    list.values().stream().filter(item -> !gone.contains(item)).forEach(rest::add);
    return rest;
  }

  /** Whether all items are objects; throws ApiFault when they are of several types. */
  private static boolean objects(ArrayNode list, ArrayNode patch) {
    List<JsonNode> all = concatenated(list, patch);
    var first = all.getFirst().getNodeType();
    if (all.stream().anyMatch(item -> item.getNodeType() != first) || all.getFirst().isNull()) {
      throw mixed(list, patch);
    }
    return all.getFirst().isObject();
  }

  private static ApiFault mixed(ArrayNode list, ArrayNode patch) {
    return ApiFault.unforeseen(
        "list element types are not identical: [" + GoText.of(list) + " " + GoText.of(patch) + "]");
  }
}
