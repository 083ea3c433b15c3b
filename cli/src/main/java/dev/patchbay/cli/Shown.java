package dev.patchbay.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** Reads and writes the agent's answers. */
final class Shown {
  private Shown() {}

  static String text(JsonNode node, String key) {
    return node.path(key).asString("");
  }

  static List<String> texts(JsonNode node, String key) {
    List<String> all = new ArrayList<>();
    node.path(key).forEach(value -> all.add(value.asString("")));
    return all;
  }

  static List<JsonNode> list(JsonNode node, String key) {
    List<JsonNode> all = new ArrayList<>();
    node.path(key).forEach(all::add);
    return all;
  }

  /** A NIC's pod, or its container when nobody said which pod it is. */
  static String owner(JsonNode nic) {
    return text(nic, "pod").isEmpty() ? text(nic, "container") : text(nic, "pod");
  }

  /** Writes the answer as data and is true, or is false for a format that is for people. */
  static boolean asData(JsonNode answer, Output output, PrintWriter out) {
    switch (output) {
      case JSON ->
          out.println(
              JsonMapper.builder()
                  .enable(SerializationFeature.INDENT_OUTPUT)
                  .build()
                  .writeValueAsString(answer));
      case YAML ->
          out.print(
              YAMLMapper.builder()
                  .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
                  .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
                  .build()
                  .writeValueAsString(answer));
      case TABLE, WIDE, NAME -> {
        return false;
      }
    }
    return true;
  }
}
