package dev.patchbay.vm.qmp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What QEMU sends: one JSON object a line. */
sealed interface QmpMessage {
  /** No message is deeper: an answer of a few levels, with room. */
  int MAX_DEPTH = 64;

  JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .build();

  /** The first message of a connection. */
  record Greeting(String version) implements QmpMessage {}

  /** An answer; without an id when QEMU could not read the command. */
  record Answer(OptionalLong id, QmpAnswer answer) implements QmpMessage {}

  /** Something happened. */
  record Happened(QmpEvent event) implements QmpMessage {}

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException when it is no QMP message; what it is instead is not repeated
   *     at length
   */
  static QmpMessage of(byte[] line) {
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("not JSON: " + start(line), e);
    }
    if (json.has("QMP")) {
      JsonNode version = json.path("QMP").path("version").path("qemu");
      return new Greeting(version.path("major").asInt(0) + "." + version.path("minor").asInt(0));
    }
    if (json.path("event").isString()) {
      return new Happened(new QmpEvent(json.path("event").stringValue(), json.path("data")));
    }
    JsonNode number = json.path("id");
    OptionalLong id =
        number.isIntegralNumber() && number.canConvertToLong()
            ? OptionalLong.of(number.longValue())
            : OptionalLong.empty();
    if (json.has("return")) {
      return new Answer(id, new QmpAnswer.Returned(json.path("return")));
    }
    JsonNode error = json.path("error");
    if (error.isObject()) {
      return new Answer(
          id,
          new QmpAnswer.Refused(
              error.path("class").asString("GenericError"), error.path("desc").asString("")));
    }
    throw new IllegalArgumentException("no message of QMP: " + start(line));
  }

  private static String start(byte[] line) {
    String text = new String(line, 0, Math.min(line.length, MAX_DEPTH), UTF_8);
    return "\"" + text.replaceAll("\\p{Cntrl}", "?") + "\"";
  }
}
