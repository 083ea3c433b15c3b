package dev.patchbay.kube.definition;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * The documents of a YAML stream, each an object. Aliases are refused: a few lines of them unfold
 * into gigabytes, and Kubernetes objects have no use for them.
 */
final class YamlDocuments {
  private static final int MAX_DEPTH = 64;
  private static final YAMLMapper MAPPER = mapper();

  private YamlDocuments() {}

  /** Reads all documents; empty ones are left out. Refuses with code 6, naming the place. */
  static List<ObjectNode> read(String text, String origin) {
    try {
      refuseAliases(text, origin);
      List<ObjectNode> documents = new ArrayList<>();
      try (JsonParser parser = MAPPER.createParser(text)) {
        while (parser.nextToken() != null) {
          String place = at(parser.currentTokenLocation());
          JsonNode document = MAPPER.readTree(parser);
          if (document instanceof ObjectNode object) {
            documents.add(object);
          } else if (!document.isNull()) {
            throw refuse(origin, "has a document that is no object" + place);
          }
        }
      }
      return documents;
    } catch (JacksonException | YamlEngineException e) {
      String problem =
          origin
              + ": is not YAML that we read: "
              + problem(e)
              + (e instanceof JacksonException thrown ? at(thrown.getLocation()) : "");
      throw new CniException(CniError.of(CniError.DECODING_FAILURE, problem), e);
    }
  }

  // The first line of a parser's message only says what it was doing.
  private static String problem(RuntimeException e) {
    if (e.getCause() instanceof MarkedYamlEngineException marked) {
      return marked.getProblem();
    }
    String message = e instanceof JacksonException thrown ? thrown.getOriginalMessage() : "";
    return message.lines().findFirst().orElseGet(e::toString);
  }

  private static void refuseAliases(String text, String origin) {
    try (JsonParser parser = MAPPER.createParser(text)) {
      while (parser.nextToken() != null) {
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
          throw refuse(
              origin,
              "has an alias (*name)"
                  + at(parser.currentTokenLocation())
                  + "; write out what it stands for");
        }
      }
    }
  }

  private static CniException refuse(String origin, String problem) {
    return CniException.of(CniError.DECODING_FAILURE, origin + ": " + problem);
  }

  private static String at(@Nullable TokenStreamLocation place) {
    return place == null || place.getLineNr() < 1
        ? ""
        : " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ")";
  }

  private static YAMLMapper mapper() {
    YAMLFactory factory =
        YAMLFactory.builder()
            .loadSettings(LoadSettings.builder().setCodePointLimit(TextFile.MAX_BYTES).build())
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(TextFile.MAX_BYTES)
                    .build())
            .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, true)
            .build();
    return YAMLMapper.builder(factory)
        .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }
}
