package dev.patchbay.apiserver.schema;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/** Reads bodies as trees and notices names that come twice. */
public final class JsonBody {
  private static final int DEEPEST = 200;
  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build();
  private static final JsonMapper JSON =
      JsonMapper.builder(JsonFactory.builder().streamReadConstraints(LIMITS).build()).build();
  private static final YAMLMapper YAML =
      YAMLMapper.builder(YAMLFactory.builder().streamReadConstraints(LIMITS).build()).build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final List<String> duplicates = new ArrayList<>();

  private JsonBody() {}

  /** Reads JSON; throws JacksonException with the position of what cannot be read. */
  public static Decoded json(byte[] body) {
    return read(JSON, body);
  }

  /** Reads one YAML document; aliases are refused. */
  public static Decoded yaml(byte[] body) {
    return read(YAML, body);
  }

  private static Decoded read(ObjectMapper mapper, byte[] body) throws JacksonException {
    var reading = new JsonBody();
    try (JsonParser parser = mapper.createParser(body)) {
      if (parser.nextToken() == null) {
        return new Decoded(NODES.missingNode(), List.of());
      }
      JsonNode tree = reading.value(parser, "");
      if (parser.nextToken() != null) {
        throw new tools.jackson.core.exc.StreamReadException(
            parser, "more follows after the first value");
      }
      return new Decoded(tree, reading.duplicates);
    }
  }

  private JsonNode value(JsonParser parser, String path) {
    if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
      // The parser gives the alias's name as if it were text, and what it stands for may be a bomb.
      throw new StreamReadException(
          parser, "YAML aliases are not read: write *" + parser.getString() + " out in full");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser, path);
      case START_ARRAY -> array(parser, path);
      case VALUE_STRING -> NODES.stringNode(parser.getString());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NUMBER_INT -> whole(parser);
      case VALUE_NUMBER_FLOAT -> fraction(parser);
      case VALUE_NULL, NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
          NODES.nullNode();
    };
  }

  private static JsonNode fraction(JsonParser parser) {
    double number = parser.getDoubleValue();
    if (!Double.isFinite(number)) {
      throw new tools.jackson.core.exc.StreamReadException(
          parser, "the number " + parser.getString() + " is too large");
    }
    return NODES.numberNode(number);
  }

  private static JsonNode whole(JsonParser parser) {
    var number = parser.getBigIntegerValue();
    // As Jackson itself reads them back, so that what did not change is equal.
    if (number.bitLength() < Integer.SIZE) {
      return NODES.numberNode(number.intValue());
    }
    return number.bitLength() < Long.SIZE
        ? NODES.numberNode(number.longValue())
        : NODES.numberNode(number);
  }

  private ObjectNode object(JsonParser parser, String path) {
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      String below = path.isEmpty() ? name : path + "." + name;
      parser.nextToken();
      JsonNode value = value(parser, below);
      if (object.has(name)) {
        duplicates.add(below);
      }
      object.set(name, value);
    }
    return object;
  }

  private ArrayNode array(JsonParser parser, String path) {
    ArrayNode array = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(parser, path + "[" + array.size() + "]"));
    }
    return array;
  }
}
