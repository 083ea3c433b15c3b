package dev.patchbay.apiserver.schema;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** How a schema is written. */
final class SchemaText {
  private SchemaText() {}

  static ObjectNode empty() {
    return JsonMapper.shared().createObjectNode();
  }

  static Schema.Type type(ObjectNode text) {
    if (text.path("x-kubernetes-int-or-string").asBoolean(false)) {
      return Schema.Type.INT_OR_STRING;
    }
    return switch (text.path("type").asString("")) {
      case "object" -> Schema.Type.OBJECT;
      case "array" -> Schema.Type.ARRAY;
      case "string" -> Schema.Type.STRING;
      case "integer" -> Schema.Type.INTEGER;
      case "number" -> Schema.Type.NUMBER;
      case "boolean" -> Schema.Type.BOOLEAN;
      default ->
          text.path("properties").isObject() || text.path("additionalProperties").isObject()
              ? Schema.Type.OBJECT
              : Schema.Type.ANY;
    };
  }
}
