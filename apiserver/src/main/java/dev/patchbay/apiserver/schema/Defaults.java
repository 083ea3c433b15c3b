package dev.patchbay.apiserver.schema;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Fills in what a custom resource's schema says about fields that are not there. */
public final class Defaults {
  private Defaults() {}

  /** Changes the object in place. */
  public static void fill(ObjectNode object, Schema schema) {
    schema
        .properties()
        .forEach((name, field) -> {
          if (object.path(name).isNull() && !field.nullable()) {
            object.remove(name);
          }
          if (!object.has(name)) {
            field.defaultValue().ifPresent(value -> object.set(name, value.deepCopy()));
          }
        });
    for (String name : object.propertyNames()) {
      schema.field(name).ifPresent(field -> below(object.path(name), field));
    }
  }

  private static void below(JsonNode value, Schema schema) {
    switch (value) {
      case ObjectNode object -> fill(object, schema);
      case ArrayNode array -> array.forEach(item -> below(item, schema.items()));
      default -> {
        // a leaf has no fields
      }
    }
  }
}
