package dev.patchbay.apiserver.resource;

import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One column of a table.
 *
 * @param name its heading
 * @param type {@code string}, {@code integer}, {@code date} …
 * @param format {@code name} for the object's name, else empty
 * @param description for people
 * @param priority 0 is always shown, more with {@code -o wide}
 * @param cell what an object shows there
 */
public record Column(
    String name,
    String type,
    String format,
    String description,
    int priority,
    Function<ObjectNode, JsonNode> cell) {
  /** A column of text. */
  public static Column text(String name, int priority, Function<ObjectNode, String> cell) {
    return new Column(
        name, "string", "", "", priority, object -> object.stringNode(cell.apply(object)));
  }
}
