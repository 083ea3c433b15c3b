package dev.patchbay.cni.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes JSON as trees, so that keys we do not know survive; a number keeps its value,
 * but not whether it was written 1e5 or 1E+5. Every refusal is a {@link CniException} with code 6
 * that names the origin and the place.
 */
public final class Json {
  // what stands without quotes may be a secret whose quotes were forgotten
  private static final Pattern BARE_WORD = Pattern.compile("Unrecognized token '[^']*'");

  /** The longest configuration that we read, in bytes. */
  public static final int MAX_BYTES = 16 << 20;

  /** The deepest nesting that we read. */
  public static final int MAX_DEPTH = 64;

  private static final JsonMapper STRICT = mapper(true);
  private static final JsonMapper FOREIGN = mapper(false);
  private static final Pattern SURROGATE_ESCAPE = Pattern.compile("\\\\u[dD][89a-fA-F]");

  private Json() {}

  /**
   * Reads one object and nothing else, in UTF-8 without a byte order mark and without duplicate
   * keys, of at most {@link #MAX_BYTES}.
   *
   * @param origin what the bytes are, for error texts: {@code stdin} or a file's name
   */
  public static ObjectNode object(byte[] bytes, String origin) {
    if (bytes.length > MAX_BYTES) {
      throw refuse(
          origin, "is " + bytes.length + " bytes long; at most " + MAX_BYTES + " are taken");
    }
    return object(STRICT, decode(bytes, origin), origin);
  }

  /** Reads one object from text, by the same rules. */
  public static ObjectNode object(String text, String origin) {
    if (text.length() > MAX_BYTES) {
      throw refuse(
          origin, "is " + text.length() + " characters long; at most " + MAX_BYTES + " are taken");
    }
    return object(STRICT, text, origin);
  }

  /**
   * Reads what somebody else's plugin printed: of any length, and of duplicate keys the last one
   * counts, as in the reference library. {@code null} is read as an empty object.
   */
  public static ObjectNode foreign(String text, String origin) {
    JsonNode node = tree(FOREIGN, text, origin);
    return node.isNull() ? FOREIGN.createObjectNode() : asObject(node, origin);
  }

  /** An empty object to fill. */
  public static ObjectNode newObject() {
    return STRICT.createObjectNode();
  }

  /** The shortest text of a tree. */
  public static String text(JsonNode node) {
    return STRICT.writeValueAsString(node);
  }

  /** The shortest text of a tree, in UTF-8. */
  public static byte[] bytes(JsonNode node) {
    return STRICT.writeValueAsBytes(node);
  }

  private static ObjectNode object(JsonMapper mapper, String text, String origin) {
    return asObject(tree(mapper, text, origin), origin);
  }

  private static ObjectNode asObject(JsonNode node, String origin) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw refuse(origin, "holds " + kind(node) + " where a JSON object {…} is needed");
  }

  private static JsonNode tree(JsonMapper mapper, String text, String origin) {
    if (text.isBlank()) {
      throw refuse(origin, "is empty; a JSON object is needed");
    }
    if (text.charAt(0) == '\uFEFF') {
      throw refuse(origin, "begins with a byte order mark; save it as UTF-8 without one");
    }
    try (JsonParser parser = mapper.createParser(text)) {
      JsonNode node = mapper.readTree(parser);
      if (parser.nextToken() != null) {
        throw refuse(
            origin, "has more text after its JSON value" + at(parser.currentTokenLocation()));
      }
      if (SURROGATE_ESCAPE.matcher(text).find()) {
        refuseHalfCharacters(node, origin);
      }
      return node;
    } catch (StreamConstraintsException e) {
      throw refuse(
          origin,
          "is nested deeper than " + MAX_DEPTH + ", or has a number or key of absurd length",
          e);
    } catch (JacksonException e) {
      // the cause is left out on purpose: its text has the word
      throw refuse(
          origin,
          "is not JSON: "
              + BARE_WORD.matcher(e.getOriginalMessage()).replaceAll("a word without quotes")
              + at(e.getLocation()));
    }
  }

  private static String decode(byte[] bytes, String origin) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult outcome =
        UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT)
            .decode(in, out, true);
    if (outcome.isError()) {
      throw refuse(
          origin, "is not UTF-8: byte " + (in.position() + 1) + " begins no character; re-encode");
    }
    return out.flip().toString();
  }

  // Half a surrogate pair has no UTF-8 form: it could be read, but never be passed on.
  private static void refuseHalfCharacters(JsonNode node, String origin) {
    if (node.isString() && !UTF_8.newEncoder().canEncode(node.stringValue())) {
      throw refuse(origin, "has a \\u escape that is only half of a surrogate pair");
    }
    node.propertyNames().stream()
        .filter(name -> !UTF_8.newEncoder().canEncode(name))
        .findFirst()
        .ifPresent(_ -> {
          throw refuse(origin, "has a key that ends in half of a surrogate pair");
        });
    node.forEach(child -> refuseHalfCharacters(child, origin));
  }

  static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "a list";
      case STRING -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case NULL, MISSING -> "null";
      case BINARY, POJO -> "something else";
    };
  }

  private static CniException refuse(String origin, String problem) {
    return CniException.of(CniError.DECODING_FAILURE, origin + " " + problem);
  }

  private static CniException refuse(String origin, String problem, JacksonException e) {
    return new CniException(
        CniError.of(CniError.DECODING_FAILURE, origin + " " + problem + at(e.getLocation())), e);
  }

  private static String at(@Nullable TokenStreamLocation place) {
    if (place == null) {
      return ""; // the parser gave up before it had one, as with limits
    }
    return " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ")";
  }

  private static JsonMapper mapper(boolean strict) {
    StreamReadConstraints limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxStringLength(Integer.MAX_VALUE)
            .build();
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(limits)
            .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, strict)
            .build();
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build();
  }
}
