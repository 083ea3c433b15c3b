package dev.patchbay.apiserver.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a tree fit a schema, as decoding into typed values does: what is not declared goes, what
 * has the wrong type is told, and of Kubernetes' own kinds null and empty fields go too.
 */
public final class Fitting {
  private static final Set<String> ENVELOPE = Set.of("apiVersion", "kind");

  private final TypeTexts texts;
  private final boolean sorts;
  private final List<String> unknown = new ArrayList<>();
  private final List<String> mistyped = new ArrayList<>();

  private Fitting(TypeTexts texts, boolean sorts) {
    this.texts = texts;
    this.sorts = sorts;
  }

  /** Where a tree comes from, which decides order and wording of what is found. */
  public enum Source {
    /** A body as sent. */
    BODY,
    /** The result of a JSON patch or a JSON merge patch. */
    PATCHED,
    /** The result of a strategic merge. */
    MERGED
  }

  /**
   * What was found.
   *
   * @param unknown paths of fields that were dropped
   * @param mistyped what cannot be decoded, as texts
   */
  public record Found(List<String> unknown, List<String> mistyped) {
    /** Copies the lists. */
    public Found {
      unknown = List.copyOf(unknown);
      mistyped = List.copyOf(mistyped);
    }
  }

  /** Drops from {@code object}, a body as sent, what {@code schema} does not declare. */
  public static Found fit(ObjectNode object, Schema schema) {
    return fit(object, schema, Source.BODY);
  }

  /** Drops from {@code object} what {@code schema} does not declare. */
  public static Found fit(ObjectNode object, Schema schema, Source source) {
    TypeTexts texts = source == Source.MERGED ? TypeTexts.TREE : TypeTexts.JSON;
    // Only the decoder of core kinds goes through a body in its own order.
    var fitting = new Fitting(texts, source != Source.BODY || !schema.isBuiltIn());
    fitting.object(object, schema, new Place("", "", ""), true);
    return new Found(fitting.unknown, fitting.mistyped);
  }

  /**
   * Where a value stands.
   *
   * @param path with indexes and map keys
   * @param fields the declared fields alone
   * @param owner the type that declares the last of them
   */
  record Place(String path, String fields, String owner) {
    Place field(String name, Schema in) {
      String below = path.isEmpty() ? name : path + "." + name;
      if (in.property(name).isEmpty()) {
        return new Place(below, fields, owner);
      }
      return new Place(below, fields.isEmpty() ? name : fields + "." + name, in.name());
    }

    Place item(int index) {
      return new Place(path + "[" + index + "]", fields, owner);
    }
  }

  private void object(ObjectNode object, Schema schema, Place place, boolean isResource) {
    List<String> names = new ArrayList<>(object.propertyNames());
    if (sorts) {
      names.sort(null);
    }
    for (String name : names) {
      if (isResource && ENVELOPE.contains(name) && object.path(name).isString()) {
        continue;
      }
      Place below = place.field(name, schema);
      Optional<Schema> field =
          isResource && name.equals("metadata")
              ? Optional.of(WellKnown.metadata())
              : schema.field(name);
      if (field.isPresent()) {
        keep(object, name, value(object.path(name), field.get(), below), schema, field.get());
      } else {
        unknown.add(below.path());
        object.remove(name);
      }
    }
  }

  /** Of typed values, null and empty ones are absent; a map's are not. */
  private static void keep(
      ObjectNode object, String name, JsonNode value, Schema in, Schema schema) {
    boolean isField = in.isBuiltIn() && in.property(name).isPresent();
    if (value.isNull() && in.isBuiltIn() && !isField) {
      object.set(name, zero(value, schema));
      return;
    }
    boolean isEmpty =
        value.isNull()
            || (value.isArray() && value.isEmpty())
            || (value.isObject() && value.isEmpty() && schema.values().isPresent());
    if (isField && isEmpty) {
      object.remove(name);
    } else {
      object.set(name, value);
    }
  }

  private JsonNode value(JsonNode value, Schema schema, Place place) {
    if (schema.type() == Schema.Type.ANY) {
      return value;
    }
    if (value.isNull()) {
      return value;
    }
    if (schema.isBuiltIn()) {
      Optional<String> wrong = texts.wrong(value, schema, place);
      if (wrong.isPresent()) {
        mistyped.add(wrong.get());
        return value;
      }
    }
    return switch (value) {
      case ObjectNode object -> {
        object(object, schema, place, schema.embedsResource());
        yield object;
      }
      case ArrayNode array -> {
        Schema items = schema.items();
        for (int index = 0; index < array.size(); index++) {
          JsonNode item = array.get(index);
          array.set(
              index,
              item.isNull() && items.isBuiltIn()
                  ? zero(item, items)
                  : value(item, items, place.item(index)));
        }
        yield array;
      }
      default -> schema.isBuiltIn() ? leaf(value, schema) : value;
    };
  }

  /** What null becomes in a list or a map of typed values. */
  private static JsonNode zero(JsonNode value, Schema schema) {
    var nodes = tools.jackson.databind.node.JsonNodeFactory.instance;
    return switch (schema.type()) {
      case OBJECT -> nodes.objectNode();
      case STRING -> nodes.stringNode("");
      case ARRAY, INTEGER, NUMBER, BOOLEAN, INT_OR_STRING, ANY -> value;
    };
  }

  private static JsonNode leaf(JsonNode value, Schema schema) {
    var nodes = tools.jackson.databind.node.JsonNodeFactory.instance;
    return switch (schema.type()) {
      case INTEGER -> {
        long number = value.decimalValue().longValueExact();
        yield (int) number == number ? nodes.numberNode((int) number) : nodes.numberNode(number);
      }
      case INT_OR_STRING ->
          schema.format().equals("quantity")
              ? nodes.stringNode(TypeTexts.quantity(value).orElseThrow())
              : value;
      case OBJECT, ARRAY, STRING, NUMBER, BOOLEAN, ANY -> value;
    };
  }

  /** A JSON type as Go's decoder names it. */
  static String goType(JsonNode value) {
    return TypeTexts.goType(value);
  }
}
