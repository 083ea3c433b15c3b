package dev.patchbay.agent.cases;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.json.Fields;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** YAML files of cases. */
final class Yaml {
  private static final YAMLMapper MAPPER =
      YAMLMapper.builder()
          .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
          .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .disable(YAMLWriteFeature.SPLIT_LINES)
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
          .build();

  private Yaml() {}

  static Fields fields(Path file) {
    return Fields.of(
        (ObjectNode) MAPPER.readTree(text(file)), file.toString(), CniError.INVALID_NETWORK_CONFIG);
  }

  /** The documents of a file. */
  static List<JsonNode> documents(String text) {
    try (MappingIterator<JsonNode> all = MAPPER.readerFor(JsonNode.class).readValues(text)) {
      return all.readAll();
    }
  }

  static String write(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }
}
