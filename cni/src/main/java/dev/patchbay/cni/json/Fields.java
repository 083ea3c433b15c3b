package dev.patchbay.cni.json;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of one JSON object, read by type. {@code null} counts as absent, as it does in the
 * reference library. Refusals are {@link CniException}s that name the whole path of the field and
 * its value.
 */
public final class Fields {
  private static final int SHOWN = 80;

  private final ObjectNode node;
  private final String origin;
  private final String path;
  private final int code;

  private Fields(ObjectNode node, String origin, String path, int code) {
    this.node = node;
    this.origin = origin;
    this.path = path;
    this.code = code;
  }

  /**
   * The fields of a document's outermost object.
   *
   * @param origin what the document is, for error texts
   * @param code the CNI error code of refusals
   */
  public static Fields of(ObjectNode node, String origin, int code) {
    return new Fields(node, origin, "", code);
  }

  /** The object itself. */
  public ObjectNode node() {
    return node;
  }

  /** What the document is. */
  public String origin() {
    return origin;
  }

  /** Whether the key is there at all, even with {@code null}. */
  public boolean mentions(String key) {
    return node.has(key);
  }

  /** The value as it is. */
  public Optional<JsonNode> any(String key) {
    return Optional.ofNullable(node.get(key)).filter(value -> !value.isNull());
  }

  /** A string. */
  public Optional<String> text(String key) {
    return any(key)
        .map(value -> {
          if (!value.isString()) {
            throw wrongKind(key, value, "a string");
          }
          return value.stringValue();
        });
  }

  /** A string, with the empty one counting as absent. */
  public Optional<String> filled(String key) {
    return text(key).filter(value -> !value.isEmpty());
  }

  /** A string that has to be there, and not empty. */
  public String required(String key) {
    return filled(key).orElseThrow(() -> bad(key, "is missing or empty; it is required"));
  }

  /** A non-empty string read by a parser whose IllegalArgumentException becomes the refusal. */
  public <T> Optional<T> parsed(String key, Function<String, T> parser) {
    return filled(key).map(value -> parse(key, value, parser));
  }

  /** {@code true} or {@code false}, also as a string in any case; false when absent. */
  public boolean flag(String key) {
    return any(key)
        .map(value -> {
          String word = value.isString() ? value.stringValue().toLowerCase(Locale.ROOT) : "";
          if (value.isBoolean() ? value.booleanValue() : word.equals("true")) {
            return true;
          }
          if (value.isBoolean() || word.equals("false")) {
            return false;
          }
          throw bad(key, "is " + shown(value) + "; write true or false");
        })
        .orElse(false);
  }

  /** A whole number of that range. */
  public OptionalLong whole(String key, long min, long max) {
    Optional<JsonNode> found = any(key);
    if (found.isEmpty()) {
      return OptionalLong.empty();
    }
    JsonNode value = found.get();
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < min
        || value.longValue() > max) {
      throw bad(key, "is " + shown(value) + "; write a whole number from " + min + " to " + max);
    }
    return OptionalLong.of(value.longValue());
  }

  /** An object. */
  public Optional<Fields> object(String key) {
    return any(key).map(value -> child(key, value));
  }

  /** The objects of a list; empty when absent. */
  public List<Fields> objects(String key) {
    List<Fields> all = new ArrayList<>();
    for (JsonNode element : list(key)) {
      all.add(child(key + "[" + all.size() + "]", element));
    }
    return all;
  }

  /** The strings of a list; empty when absent. */
  public List<String> texts(String key) {
    List<String> all = new ArrayList<>();
    for (JsonNode element : list(key)) {
      if (!element.isString()) {
        throw wrongKind(key + "[" + all.size() + "]", element, "a string");
      }
      all.add(element.stringValue());
    }
    return all;
  }

  /** The refusal of a field: {@code origin: path.key problem}. */
  public CniException bad(String key, String problem) {
    return CniException.of(code, origin + ": " + path + key + " " + problem);
  }

  /** A value as error texts show it: short, quoted when it is a string. */
  public static String shown(JsonNode value) {
    String text = Json.text(value);
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  private <T> T parse(String key, String value, Function<String, T> parser) {
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException e) {
      String problem = origin + ": " + path + key + ": " + e.getMessage();
      throw new CniException(CniError.of(code, problem), e);
    }
  }

  private JsonNode list(String key) {
    JsonNode value = any(key).orElseGet(node::arrayNode);
    if (!value.isArray()) {
      throw wrongKind(key, value, "a list");
    }
    return value;
  }

  private Fields child(String key, JsonNode value) {
    if (value instanceof ObjectNode object) {
      return new Fields(object, origin, path + key + ".", code);
    }
    throw wrongKind(key, value, "an object");
  }

  private CniException wrongKind(String key, JsonNode value, String wanted) {
    return bad(key, "is " + Json.kind(value) + " (" + shown(value) + "); write " + wanted);
  }
}
