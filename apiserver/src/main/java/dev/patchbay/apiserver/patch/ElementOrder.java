package dev.patchbay.apiserver.patch;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The order of merged lists. Items that the patch names come in its order, the others in the stored
 * one; between the two, the next unnamed item is taken only if it stood before the next named item
 * in the stored list, so that new items come first.
 */
final class ElementOrder {
  private ElementOrder() {}

  /**
   * Carries out {@code $setElementOrder/…} and takes it, and the lists it is about, from the patch.
   */
  static void apply(ObjectNode into, ObjectNode patch, Schema schema) {
    for (String directive : List.copyOf(patch.propertyNames())) {
      if (!directive.startsWith(StrategicMerge.SET_ORDER)) {
        continue;
      }
      String field = directive.substring(StrategicMerge.SET_ORDER.length());
      JsonNode order = patch.remove(directive);
      if (!(order instanceof ArrayNode named)) {
        throw ApiFault.unforeseen(
            "expected a []interface {}, but received a "
                + (order.isNull() ? "%!s(<nil>)" : GoText.of(order)));
      }
      Schema list = schema.field(field).orElse(Schema.ANYTHING);
      JsonNode change = patch.path(field);
      if (into.has(field) || patch.has(field)) {
        into.set(field, ordered(into.path(field), change, named, list));
      }
      patch.remove(field);
    }
  }

  private static JsonNode ordered(
      JsonNode stored, JsonNode change, ArrayNode named, Schema schema) {
    if (!change.isMissingNode() && !change.isArray()) {
      return change;
    }
    String key = schema.mergeKey().orElse("");
    ArrayNode before = stored instanceof ArrayNode list ? list : named.arrayNode();
    ArrayNode merged = before;
    if (change instanceof ArrayNode patch) {
      requireSameOrder(patch, named, key);
      merged = stored.isArray() ? StrategicMerge.mergeList(before, patch, schema, false) : patch;
    }
    if (key.isEmpty() && merged.values().stream().anyMatch(JsonNode::isObject)) {
      throw ApiFault.badRequest(
          StrategicMerge.SET_ORDER + "… is for lists whose items are told apart by a key");
    }
    named.forEach(item -> identity(item, key));
    return arranged(merged, List.copyOf(named.values()), before, key);
  }

  /** Items that the patch names must come in the order that it asks for. */
  private static void requireSameOrder(ArrayNode patch, ArrayNode named, String key) {
    if (named.isEmpty()) {
      return;
    }
    int last = -1;
    for (JsonNode item : patch) {
      if (item.path(StrategicMerge.PATCH).isString()) {
        continue;
      }
      int index = index(List.copyOf(named.values()), item, key);
      if (index < last || index < 0) {
        throw ApiFault.unforeseen(
            "The order in patch list:\n"
                + GoText.of(patch)
                + "\n doesn't match "
                + StrategicMerge.SET_ORDER.substring(0, StrategicMerge.SET_ORDER.length() - 1)
                + " list:\n"
                + GoText.of(named)
                + "\n");
      }
      last = index;
    }
  }

  /**
   * The merged items in their order.
   *
   * @param named what the patch names, in its order
   * @param stored the list as it was stored
   * @param key what tells items apart; empty for values
   */
  static ArrayNode arranged(ArrayNode merged, List<JsonNode> named, ArrayNode stored, String key) {
    List<JsonNode> order = List.copyOf(stored.values());
    List<JsonNode> ours = new ArrayList<>();
    List<JsonNode> others = new ArrayList<>();
    merged.forEach(item -> (index(named, item, key) < 0 ? others : ours).add(item));
    ToIntFunction<JsonNode> byStored = item -> index(order, item, key);
    ours.sort(Comparator.comparingInt(item -> index(named, item, key)));
    // Items that were neither stored nor named come last.
    others.sort(
        Comparator.comparingInt(
            item -> Math.floorMod(byStored.applyAsInt(item), Integer.MAX_VALUE)));
    ArrayNode result = merged.arrayNode();
    int next = 0;
    for (JsonNode item : ours) {
      int place = byStored.applyAsInt(item);
      while (next < others.size()
          && place >= 0
          && byStored.applyAsInt(others.get(next)) >= 0
          && byStored.applyAsInt(others.get(next)) < place) {
        result.add(others.get(next++));
      }
      result.add(item);
    }
    others.subList(next, others.size()).forEach(result::add);
    return result;
  }

  private static int index(List<JsonNode> list, JsonNode item, String key) {
    JsonNode wanted = identity(item, key);
    for (int index = 0; index < list.size(); index++) {
      if (identity(list.get(index), key).equals(wanted)) {
        return index;
      }
    }
    return -1;
  }

  private static JsonNode identity(JsonNode item, String key) {
    return key.isEmpty() ? item : ListItems.identity(item, key);
  }
}
