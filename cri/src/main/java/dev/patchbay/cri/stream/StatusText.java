package dev.patchbay.cri.stream;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the Status that the error stream of {@code v4.channel.k8s.io} carries. */
final class StatusText {
  private static final JsonMapper JSON = JsonMapper.shared();

  private StatusText() {}

  static ProcessEnd read(byte[] json) {
    JsonNode status;
    try {
      status = JSON.readTree(json);
    } catch (JacksonException e) {
      return new ProcessEnd.Failed("the runtime's result cannot be read: " + e.getMessage());
    }
    if (status.path("status").asString("").equals("Success")) {
      return new ProcessEnd.Exited(0);
    }
    String message = status.path("message").asString("");
    if (status.path("reason").asString("").equals("NonZeroExitCode")) {
      for (JsonNode cause : status.path("details").path("causes")) {
        if (cause.path("reason").asString("").equals("ExitCode")) {
          return code(cause.path("message").asString(""), message);
        }
      }
    }
    return new ProcessEnd.Failed(message.isEmpty() ? "the runtime gives no reason" : message);
  }

  private static ProcessEnd code(String text, String message) {
    try {
      return new ProcessEnd.Exited(Integer.parseInt(text));
    } catch (NumberFormatException _) {
      return new ProcessEnd.Failed("exit code '%s': %s".formatted(text, message));
    }
  }
}
