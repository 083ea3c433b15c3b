package dev.patchbay.kube.dialect;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A JSON list of objects, each knowing its index and place, for errors that name both. */
final class JsonList {
  private static final int MAX_DEPTH = 64;
  private static final JsonMapper MAPPER = mapper();

  private JsonList() {}

  /**
   * Reads the text, and nothing after the list. Refuses with code 6 what is no JSON, with 7 what is
   * no list of objects.
   *
   * @param origin what the text is; an element's is {@code origin[index] (line …, column …)}
   */
  static List<Fields> objects(String text, String origin) {
    return objects(text, origin, ", as which it is read because it has a [, { or \"");
  }

  /**
   * The same for text that has to be JSON anyway.
   *
   * @param why what an error says about why it is read as JSON; may be empty
   */
  static List<Fields> objects(String text, String origin, String why) {
    try (JsonParser parser = MAPPER.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first != JsonToken.START_ARRAY) {
        throw refuse(
            origin
                + " is "
                + (first == JsonToken.START_OBJECT ? "an object" : "a single value")
                + "; write a list: ["
                + "{\"name\": …}]");
      }
      List<Fields> elements = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        String place = origin + "[" + elements.size() + "]" + at(parser.currentTokenLocation());
        JsonNode element = MAPPER.readTree(parser);
        if (!(element instanceof ObjectNode object)) {
          throw refuse(place + " is " + Fields.shown(element) + "; write an object with a name");
        }
        elements.add(Fields.of(object, place, CniError.INVALID_NETWORK_CONFIG));
      }
      if (parser.nextToken() != null) {
        throw refuse(origin + " has more text after its list" + at(parser.currentTokenLocation()));
      }
      return elements;
    } catch (JacksonException e) {
      throw new CniException(
          CniError.of(
              CniError.DECODING_FAILURE,
              origin + " is not JSON" + why + ": " + e.getOriginalMessage() + at(e.getLocation())),
          e);
    }
  }

  // A breach of a limit has no place.
  private static String at(@Nullable TokenStreamLocation place) {
    return place == null
        ? ""
        : " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ")";
  }

  private static CniException refuse(String msg) {
    return CniException.of(CniError.INVALID_NETWORK_CONFIG, msg);
  }

  private static JsonMapper mapper() {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, true)
            .build();
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }
}
