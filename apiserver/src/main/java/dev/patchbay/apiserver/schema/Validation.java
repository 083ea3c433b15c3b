package dev.patchbay.apiserver.schema;

import dev.patchbay.apiserver.fault.Cause;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether a custom resource is as its schema says: OpenAPI v3 as CustomResourceDefinitions use it.
 */
public final class Validation {
  /** The field of what is about no field. */
  private static final String NOWHERE = "<nil>";

  /** Reasons that keep the real server from evaluating CEL rules. */
  private static final Set<String> BLOCKING =
      Set.of(
          "FieldValueTypeInvalid",
          "FieldValueRequired",
          "FieldValueTooLong",
          "FieldValueTooMany",
          "FieldValueNotSupported");

  private final List<Cause> causes = new ArrayList<>();

  private Validation() {}

  /** Everything that is wrong, in the order of the schema. */
  public static List<Cause> wrong(ObjectNode object, Schema schema) {
    var validation = new Validation();
    validation.value(object, schema, "");
    boolean isHalfChecked =
        hasRules(schema.text())
            && validation.causes.stream().anyMatch(cause -> BLOCKING.contains(cause.reason()));
    if (isHalfChecked) {
      validation.causes.add(
          new Cause(
              "FieldValueInvalid",
              "Invalid value: null: some validation rules were not checked because the object was"
                  + " invalid; correct the existing errors to complete validation",
              NOWHERE));
    }
    return List.copyOf(validation.causes);
  }

  /** Whether a schema has CEL rules, which are not evaluated here. */
  public static boolean hasRules(JsonNode schema) {
    return schema.has("x-kubernetes-validations")
        || schema.valueStream().anyMatch(Validation::hasRules);
  }

  private void value(JsonNode value, Schema schema, String path) {
    if (value.isNull() && schema.nullable()) {
      return;
    }
    if (!typed(value, schema, path)) {
      return;
    }
    enumerated(value, schema, path);
    switch (value) {
      case ObjectNode object -> object(object, schema, path);
      case ArrayNode array -> array(array, schema, path);
      default -> leaf(value, schema, path);
    }
  }

  private boolean typed(JsonNode value, Schema schema, String path) {
    boolean fits =
        switch (schema.type()) {
          case OBJECT -> value.isObject();
          case ARRAY -> value.isArray();
          case STRING -> value.isString();
          case INTEGER -> value.isIntegralNumber();
          case NUMBER -> value.isNumber();
          case BOOLEAN -> value.isBoolean();
          case INT_OR_STRING -> value.isIntegralNumber() || value.isString();
          case ANY -> true;
        };
    if (!fits) {
      mistyped(value, schema, path);
    }
    return fits;
  }

  private void mistyped(JsonNode value, Schema schema, String path) {
    String wanted =
        schema.type() == Schema.Type.INT_OR_STRING
            ? "integer,string"
            : schema.text().path("type").asString("");
    String is =
        switch (value.getNodeType()) {
          case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
          case BOOLEAN -> "boolean";
          case OBJECT, ARRAY, STRING, NULL, MISSING, BINARY, POJO -> Fitting.goType(value);
        };
    causes.add(
        new Cause(
            "FieldValueTypeInvalid",
            "Invalid value: \""
                + is
                + "\": "
                + path
                + " in body must be of type "
                + wanted
                + ": \""
                + is
                + "\"",
            path));
    if (schema.type() == Schema.Type.INTEGER && value.isNumber()) {
      causes.add(
          new Cause(
              "FieldValueInvalid",
              "Invalid value: \"\": Checked value must be of type integer (default format) in "
                  + path,
              NOWHERE));
    }
  }

  private void enumerated(JsonNode value, Schema schema, String path) {
    JsonNode values = schema.text().path("enum");
    if (values.isArray() && values.valueStream().noneMatch(value::equals)) {
      causes.add(
          Cause.notSupported(
              path,
              value.toString(),
              values.valueStream().map(JsonNode::toString).collect(Collectors.joining(", "))));
    }
  }

  private void object(ObjectNode object, Schema schema, String path) {
    for (String name : schema.required()) {
      if (!object.has(name)) {
        causes.add(Cause.required(below(path, name), ""));
      }
    }
    for (String name : object.propertyNames()) {
      schema.field(name).ifPresent(field -> value(object.path(name), field, below(path, name)));
    }
    count(schema, path, object.size(), "minProperties", "maxProperties", "properties");
  }

  private void array(ArrayNode array, Schema schema, String path) {
    count(schema, path, array.size(), "minItems", "maxItems", "items");
    Schema items = schema.items();
    for (int index = 0; index < array.size(); index++) {
      value(array.get(index), items, path + "[" + index + "]");
    }
    unique(array, schema, path);
  }

  private void unique(ArrayNode array, Schema schema, String path) {
    List<String> keys = schema.listMapKeys();
    boolean isMap = schema.listType().equals("map");
    if (!isMap && !schema.listType().equals("set")) {
      return;
    }
    Set<JsonNode> seen = new HashSet<>();
    for (int index = 0; index < array.size(); index++) {
      JsonNode identity = array.get(index);
      if (isMap && identity instanceof ObjectNode object) {
        ObjectNode reduced = object.objectNode();
        keys.stream().filter(object::has).forEach(key -> reduced.set(key, object.get(key)));
        identity = reduced;
      }
      if (!seen.add(identity)) {
        causes.add(Cause.duplicate(path + "[" + index + "]", identity.toString()));
      }
    }
  }

  private void leaf(JsonNode value, Schema schema, String path) {
    ObjectNode text = schema.text();
    if (value.isString()) {
      String string = value.asString();
      count(schema, path, string.codePointCount(0, string.length()), "minLength", "maxLength", "");
      pattern(string, text.path("pattern").asString(""), path);
    }
    if (value.isNumber()) {
      bound(value, text, path, "minimum", "exclusiveMinimum", 1);
      bound(value, text, path, "maximum", "exclusiveMaximum", -1);
    }
  }

  private void pattern(String value, String pattern, String path) {
    try {
      if (!pattern.isEmpty() && !Pattern.compile(pattern).matcher(value).find()) {
        says(path, "\"" + value + "\"", "should match '" + pattern + "'");
      }
    } catch (PatternSyntaxException e) {
      says(
          path,
          "\"" + value + "\"",
          "the definition's pattern cannot be read: " + e.getDescription());
    }
  }

  private void bound(
      JsonNode value, ObjectNode text, String path, String key, String exclusive, int sign) {
    if (!text.path(key).isNumber()) {
      return;
    }
    BigDecimal limit = text.path(key).decimalValue();
    int order = value.decimalValue().compareTo(limit) * sign;
    boolean open = text.path(exclusive).asBoolean(false);
    if (order < 0 || (open && order == 0)) {
      String relation = sign > 0 ? "greater than" : "less than";
      says(
          path, value.toString(), "should be " + relation + (open ? " " : " or equal to ") + limit);
    }
  }

  private void count(
      Schema schema, String path, int count, String least, String most, String what) {
    ObjectNode text = schema.text();
    String unit = what.isEmpty() ? " chars long" : " " + what;
    if (text.path(least).isNumber() && count < text.path(least).asInt(0)) {
      says(path, "\"\"", "should have at least " + text.path(least).asInt(0) + unit);
    }
    if (text.path(most).isNumber() && count > text.path(most).asInt(0)) {
      causes.add(
          new Cause(
              what.isEmpty() ? "FieldValueTooLong" : "FieldValueTooMany",
              what.isEmpty()
                  ? "Too long: may not be more than " + text.path(most).asInt(0) + " bytes"
                  : "Too many: "
                      + count
                      + ": must have at most "
                      + text.path(most).asInt(0)
                      + " items",
              path));
    }
  }

  private void says(String path, String value, String rule) {
    causes.add(Cause.invalid(path, value, path + " in body " + rule));
  }

  private static String below(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
