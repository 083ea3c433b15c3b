package dev.patchbay.apiserver.schema;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Schemas that are named, and who refers to them.
 *
 * @param schemas name → schema text
 * @param areBuiltIn whether they are Kubernetes' own: decoded into typed values, in which absent,
 *     null and empty are one, and an object without declared fields may have any
 */
public record Components(ObjectNode schemas, boolean areBuiltIn) {
  /** None. */
  public static final Components NONE = new Components(SchemaText.empty(), false);

  private static final String PREFIX = "#/components/schemas/";

  /** The schema of that name; throws IllegalArgumentException when there is none. */
  public Schema named(String name) {
    if (!(schemas.path(name) instanceof ObjectNode text)) {
      throw new IllegalArgumentException("no schema is called " + name);
    }
    return of(text, name);
  }

  /** A schema that refers to nothing, as a CustomResourceDefinition has it. */
  public static Schema standalone(ObjectNode text) {
    return NONE.of(text, "");
  }

  Schema resolve(JsonNode text) {
    if (!(text instanceof ObjectNode object)) {
      return Schema.ANYTHING;
    }
    String reference = object.path("$ref").asString("");
    if (!reference.startsWith(PREFIX)) {
      return of(object, "");
    }
    String name = reference.substring(PREFIX.length());
    if (!(schemas.path(name) instanceof ObjectNode target)) {
      throw new IllegalArgumentException("no schema is called " + name);
    }
    if (object.size() == 1) {
      return of(target, name);
    }
    // What stands beside a reference, such as a merge strategy, is the field's and not the type's.
    ObjectNode both = target.deepCopy();
    object.properties().stream()
        .filter(entry -> !entry.getKey().equals("$ref"))
        .forEach(entry -> both.set(entry.getKey(), entry.getValue()));
    return of(both, name);
  }

  Map<String, Schema> each(JsonNode texts) {
    Map<String, Schema> all = new LinkedHashMap<>();
    texts.properties().forEach(entry -> all.put(entry.getKey(), resolve(entry.getValue())));
    return Collections.unmodifiableMap(all);
  }

  private Schema of(ObjectNode text, String name) {
    return new Schema(SchemaText.type(text), name, text, this);
  }
}
