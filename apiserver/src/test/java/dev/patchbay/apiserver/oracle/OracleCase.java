package dev.patchbay.apiserver.oracle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One recorded case.
 *
 * @param name unique
 * @param category such as {@code strategic-merge/order}
 * @param kind of the object that it is about
 * @param setup what was sent before
 * @param request what is judged
 * @param then what was sent while a watch was open
 * @param response what the real server answered, as recorded
 */
record OracleCase(
    String name,
    String category,
    String kind,
    List<Ask> setup,
    Ask request,
    List<Ask> then,
    Recorded response) {
  /** One request; empty strings for what it does not have. */
  record Ask(
      String method, String path, String query, String contentType, String accept, String text) {
    byte[] body() {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    static Ask of(JsonNode text) {
      String body =
          text.has("rawBody")
              ? text.path("rawBody").asString()
              : text.has("body") ? text.path("body").toString() : "";
      return new Ask(
          text.path("method").asString(),
          text.path("path").asString(),
          text.path("query").asString(""),
          text.path("contentType").asString(""),
          text.path("accept").asString(""),
          body);
    }

    boolean isApply() {
      return contentType.startsWith("application/apply-patch");
    }

    boolean isPatch() {
      return method.equals("PATCH");
    }
  }

  /** An answer, by the members that the recording has. */
  record Recorded(ObjectNode text) {
    int status() {
      return text.path("status").asInt();
    }

    String reason() {
      return text.path("reason").asString("");
    }

    String message() {
      return text.path("message").asString("");
    }

    List<String> warnings() {
      return strings("warnings");
    }

    List<String> strings(String member) {
      return text.path(member).valueStream().map(JsonNode::asString).toList();
    }
  }

  static List<OracleCase> all() {
    return text("patches.jsonl").lines().map(OracleCase::of).toList();
  }

  static ObjectNode json(String resource) {
    return (ObjectNode) JsonMapper.shared().readTree(text(resource));
  }

  /** Whether any of its requests is a server-side apply. */
  boolean usesApply() {
    return request.isApply()
        || setup.stream().anyMatch(Ask::isApply)
        || then.stream().anyMatch(Ask::isApply);
  }

  private static OracleCase of(String line) {
    JsonNode text = JsonMapper.shared().readTree(line);
    return new OracleCase(
        text.path("name").asString(),
        text.path("category").asString(),
        text.path("kind").asString(),
        text.path("setup").valueStream().map(Ask::of).toList(),
        Ask.of(text.path("request")),
        text.path("then").valueStream().map(Ask::of).toList(),
        new Recorded((ObjectNode) text.path("response")));
  }

  private static String text(String resource) {
    String path = "/oracle/" + resource;
    try (InputStream in =
        Objects.requireNonNull(OracleCase.class.getResourceAsStream(path), path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(path, e);
    }
  }
}
