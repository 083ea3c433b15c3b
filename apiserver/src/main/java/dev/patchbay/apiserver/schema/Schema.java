package dev.patchbay.apiserver.schema;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One node of a kind's schema, as OpenAPI v3 with Kubernetes' extensions writes it. References are
 * resolved when they are asked for, because kinds may contain themselves.
 */
public final class Schema {
  /** Any object; its fields are nobody's affair. */
  public static final Schema ANYTHING =
      new Schema(Type.ANY, "", SchemaText.empty(), Components.NONE);

  /** JSON types. */
  public enum Type {
    /** A map or a record. */
    OBJECT,
    /** A list. */
    ARRAY,
    /** Text. */
    STRING,
    /** A whole number. */
    INTEGER,
    /** A number. */
    NUMBER,
    /** true or false. */
    BOOLEAN,
    /** A whole number or text. */
    INT_OR_STRING,
    /** Not said. */
    ANY
  }

  private final Type type;
  private final String name;
  private final ObjectNode text;
  private final Components components;
  private @Nullable Map<String, Schema> properties;

  Schema(Type type, String name, ObjectNode text, Components components) {
    this.type = type;
    this.name = name;
    this.text = text;
    this.components = components;
  }

  /** The type. */
  public Type type() {
    return type;
  }

  /** What it is called among its components, such as {@code core.PodSpec}; empty for none. */
  public String name() {
    return name;
  }

  /** Whether it is Kubernetes' own and not a custom resource's. */
  public boolean isBuiltIn() {
    return components.areBuiltIn();
  }

  /** What the text's form is, such as {@code date-time}; empty for any. */
  public String format() {
    return text.path("format").asString("");
  }

  /** As it was written; references are not resolved. */
  public ObjectNode text() {
    return text;
  }

  /** Declared fields of an object; empty for a map. */
  public Map<String, Schema> properties() {
    Map<String, Schema> known = properties;
    if (known == null) {
      known = components.each(text.path("properties"));
      properties = known;
    }
    return known;
  }

  /** A declared field. */
  public Optional<Schema> property(String name) {
    return Optional.ofNullable(properties().get(name));
  }

  /** What a list's items are. */
  public Schema items() {
    return components.resolve(text.path("items"));
  }

  /** What a map's values are; empty where none but declared fields may be. */
  public Optional<Schema> values() {
    JsonNode additional = text.path("additionalProperties");
    if (additional.isObject()) {
      return Optional.of(components.resolve(additional));
    }
    return additional.asBoolean(false) ? Optional.of(ANYTHING) : Optional.empty();
  }

  /** A field's schema, or that of any value of the map; empty for an unknown field. */
  public Optional<Schema> field(String name) {
    return property(name)
        .or(this::values)
        .or(() ->
            type == Type.ANY || preservesUnknown() ? Optional.of(ANYTHING) : Optional.empty());
  }

  /** Whether fields that are not declared are kept. */
  public boolean preservesUnknown() {
    return type == Type.ANY
        || text.path("x-kubernetes-preserve-unknown-fields").asBoolean(false)
        || (type == Type.OBJECT && properties().isEmpty() && values().isEmpty() && isBuiltIn());
  }

  /** By which field strategic merge tells the items of a list; empty for a list as a whole. */
  public Optional<String> mergeKey() {
    return strategies().contains("merge")
        ? Optional.of(text.path("x-kubernetes-patch-merge-key").asString(""))
            .filter(key -> !key.isEmpty())
        : Optional.empty();
  }

  /** Of {@code merge}, {@code replace}, {@code retainKeys}. */
  public Set<String> strategies() {
    return Set.of(text.path("x-kubernetes-patch-strategy").asString("").split(",", -1));
  }

  /** {@code atomic}, {@code set}, {@code map} or empty (apiextensions: x-kubernetes-list-type). */
  public String listType() {
    return text.path("x-kubernetes-list-type").asString("");
  }

  /** The fields that tell the items of a list map. */
  public List<String> listMapKeys() {
    return text.path("x-kubernetes-list-map-keys").valueStream().map(JsonNode::asString).toList();
  }

  /** Fields that must be there. */
  public List<String> required() {
    return text.path("required").valueStream().map(JsonNode::asString).toList();
  }

  /** Whether null is a value. */
  public boolean nullable() {
    return text.path("nullable").asBoolean(false);
  }

  /** Whether the object is a Kubernetes object with metadata of its own. */
  public boolean embedsResource() {
    return text.path("x-kubernetes-embedded-resource").asBoolean(false);
  }

  /** What the field is when nothing is said. */
  public Optional<JsonNode> defaultValue() {
    return Optional.of(text.path("default")).filter(value -> !value.isMissingNode());
  }
}
