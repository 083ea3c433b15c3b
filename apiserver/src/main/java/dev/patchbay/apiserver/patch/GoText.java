package dev.patchbay.apiserver.patch;

import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** A value as the real server's messages print it: {@code map[a:1 b:[x y]]}, keys sorted. */
final class GoText {
  private GoText() {}

  static String of(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT ->
          value.properties().stream()
              .sorted(java.util.Map.Entry.comparingByKey())
              .map(entry -> entry.getKey() + ":" + of(entry.getValue()))
              .collect(Collectors.joining(" ", "map[", "]"));
      case ARRAY -> value.valueStream().map(GoText::of).collect(Collectors.joining(" ", "[", "]"));
      case NULL, MISSING -> "<nil>";
      case STRING, NUMBER, BOOLEAN, BINARY, POJO -> value.asString("");
    };
  }

  /** A JSON type as messages name it. */
  static String json(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "object";
      case ARRAY -> "array";
      case STRING -> "string";
      case BOOLEAN -> "bool";
      case NUMBER -> "number";
      case NULL, MISSING, BINARY, POJO -> "null";
    };
  }
}
