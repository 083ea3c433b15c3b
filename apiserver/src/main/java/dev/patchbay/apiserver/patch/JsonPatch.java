package dev.patchbay.apiserver.patch;

import dev.patchbay.apiserver.fault.ApiFault;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON patch (RFC 6902) with the liberties of the real API server, which the libraries do not take:
 * {@code replace} of a missing map key adds, {@code copy} of one copies null, {@code -1} counts
 * from the end, {@code ~2} is literal, and every failure has one fixed text.
 */
public final class JsonPatch {
  private static final int MOST_OPERATIONS = 10_000;

  private JsonPatch() {}

  /** The object after the operations; throws ApiFault 422 when one of them fails. */
  public static ObjectNode apply(ObjectNode object, ArrayNode operations) {
    if (operations.size() > MOST_OPERATIONS) {
      throw new ApiFault(
          413,
          "RequestEntityTooLarge",
          "The allowed maximum operations in a JSON patch is "
              + MOST_OPERATIONS
              + ", got "
              + operations.size(),
          ApiFault.Details.NONE);
    }
    JsonNode tree = object.deepCopy();
    for (JsonNode operation : operations) {
      tree = apply(tree, operation);
    }
    if (tree instanceof ObjectNode result) {
      return result;
    }
    throw failed();
  }

  private static JsonNode apply(JsonNode tree, JsonNode operation) {
    String path = text(operation, "path");
    JsonNode value =
        operation.has("value") ? operation.get("value") : JsonNodeFactory.instance.nullNode();
    return switch (text(operation, "op")) {
      case "add" -> put(tree, path, value, true);
      case "replace" -> put(tree, path, value, false);
      case "remove" -> {
        remove(tree, path);
        yield tree;
      }
      case "move" -> {
        JsonNode moved = find(tree, text(operation, "from"));
        remove(tree, text(operation, "from"));
        yield put(tree, path, moved, true);
      }
      case "copy" -> put(tree, path, find(tree, text(operation, "from")).deepCopy(), true);
      case "test" -> {
        if (!find(tree, path).equals(value)) {
          throw failed();
        }
        yield tree;
      }
      default -> throw failed();
    };
  }

  private static String text(JsonNode operation, String name) {
    if (!operation.path(name).isString()) {
      throw failed();
    }
    return operation.path(name).asString();
  }

  private static JsonNode put(JsonNode tree, String path, JsonNode value, boolean insert) {
    List<String> words = words(path);
    if (words.isEmpty()) {
      return value.deepCopy();
    }
    switch (parent(tree, words)) {
      case ObjectNode object -> object.set(words.getLast(), value.deepCopy());
      case ArrayNode array -> {
        int index = index(array, words.getLast(), insert);
        if (insert) {
          array.insert(index, value.deepCopy());
        } else {
          array.set(index, value.deepCopy());
        }
      }
      default -> throw failed();
    }
    return tree;
  }

  private static void remove(JsonNode tree, String path) {
    List<String> words = words(path);
    if (words.isEmpty()) {
      throw failed();
    }
    switch (parent(tree, words)) {
      case ObjectNode object -> {
        if (object.remove(words.getLast()) == null) {
          throw failed();
        }
      }
      case ArrayNode array -> array.remove(index(array, words.getLast(), false));
      default -> throw failed();
    }
  }

  /** A missing key of a map that is there counts as null. */
  private static JsonNode find(JsonNode tree, String path) {
    List<String> words = words(path);
    if (words.isEmpty()) {
      return tree;
    }
    return switch (parent(tree, words)) {
      case ObjectNode object ->
          object.has(words.getLast())
              ? object.get(words.getLast())
              : JsonNodeFactory.instance.nullNode();
      case ArrayNode array -> array.get(index(array, words.getLast(), false));
      default -> throw failed();
    };
  }

  private static JsonNode parent(JsonNode tree, List<String> words) {
    JsonNode node = tree;
    for (String word : words.subList(0, words.size() - 1)) {
      node =
          switch (node) {
            case ObjectNode object -> object.path(word);
            case ArrayNode array -> array.get(index(array, word, false));
            default -> throw failed();
          };
    }
    return node;
  }

  private static int index(ArrayNode array, String word, boolean insert) {
    int end = insert ? array.size() : array.size() - 1;
    if (insert && word.equals("-")) {
      return end;
    }
    if (!word.matches("-?\\d{1,9}")) {
      throw failed();
    }
    int index = Integer.parseInt(word);
    int counted = index < 0 ? index + end + 1 : index;
    if (counted < 0 || counted > end) {
      throw failed();
    }
    return counted;
  }

  private static List<String> words(String path) {
    if (path.isEmpty()) {
      return List.of();
    }
    if (!path.startsWith("/")) {
      throw failed();
    }
    return Arrays.stream(path.substring(1).split("/", -1))
        .map(word -> word.replace("~1", "/").replace("~0", "~"))
        .toList();
  }

  private static ApiFault failed() {
    return ApiFault.unprocessable("the server rejected our request due to an error in our request");
  }
}
