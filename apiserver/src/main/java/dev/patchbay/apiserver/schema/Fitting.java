package dev.patchbay.apiserver.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes a tree fit a schema: what is not declared goes, and what has the wrong type is told. */
public final class Fitting {
  private static final Set<String> ENVELOPE = Set.of("apiVersion", "kind", "metadata");

  private final List<String> unknown = new ArrayList<>();
  private final List<String> mistyped = new ArrayList<>();

  private Fitting() {}

  /**
   * What was found.
   *
   * @param unknown paths of fields that were dropped, sorted at each level
   * @param mistyped what cannot be decoded, as texts
   */
  public record Found(List<String> unknown, List<String> mistyped) {
    /** Copies the lists. */
    public Found {
      unknown = List.copyOf(unknown);
      mistyped = List.copyOf(mistyped);
    }
  }

  /** Drops from {@code object} what {@code schema} does not declare. */
  public static Found fit(ObjectNode object, Schema schema) {
    var fitting = new Fitting();
    fitting.object(object, schema, "");
    return new Found(fitting.unknown, fitting.mistyped);
  }

  private void object(ObjectNode object, Schema schema, String path) {
    for (String name : object.propertyNames().stream().sorted().toList()) {
      String below = path.isEmpty() ? name : path + "." + name;
      Optional<Schema> field = schema.field(name);
      if (field.isPresent()) {
        value(object.path(name), field.get(), below);
      } else if (!path.isEmpty() || !ENVELOPE.contains(name)) {
        unknown.add(below);
        object.remove(name);
      }
    }
  }

  private void value(JsonNode value, Schema schema, String path) {
    if (value.isNull() || schema.type() == Schema.Type.ANY) {
      return;
    }
    if (!matches(value, schema.type())) {
      mistyped.add(
          "json: cannot unmarshal "
              + goType(value)
              + " into Go struct field "
              + path
              + " of type "
              + typeName(schema));
      return;
    }
    switch (value) {
      case ObjectNode object -> object(object, schema, path);
      case tools.jackson.databind.node.ArrayNode array -> {
        Schema items = schema.items();
        for (int index = 0; index < array.size(); index++) {
          value(array.get(index), items, path + "[" + index + "]");
        }
      }
      default -> {
        // a leaf of the right type
      }
    }
  }

  private static boolean matches(JsonNode value, Schema.Type type) {
    return switch (type) {
      case OBJECT -> value.isObject();
      case ARRAY -> value.isArray();
      case STRING -> value.isString();
      case INTEGER -> value.isIntegralNumber() || isWhole(value);
      case NUMBER -> value.isNumber();
      case BOOLEAN -> value.isBoolean();
      case INT_OR_STRING -> value.isNumber() || value.isString();
      case ANY -> true;
    };
  }

  private static boolean isWhole(JsonNode value) {
    return value.isNumber() && value.asDouble() == Math.rint(value.asDouble());
  }

  static String goType(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "object";
      case ARRAY -> "array";
      case STRING -> "string";
      case NUMBER -> "number";
      case BOOLEAN -> "bool";
      case NULL, MISSING, BINARY, POJO -> "null";
    };
  }

  private static String typeName(Schema schema) {
    return switch (schema.type()) {
      case OBJECT -> schema.values().isPresent() ? "map[string]string" : "struct";
      case ARRAY -> "[]" + typeName(schema.items());
      case STRING -> "string";
      case INTEGER -> schema.text().path("format").asString("int64");
      case NUMBER -> "float64";
      case BOOLEAN -> "bool";
      case INT_OR_STRING -> "resource.Quantity";
      case ANY -> "interface {}";
    };
  }
}
