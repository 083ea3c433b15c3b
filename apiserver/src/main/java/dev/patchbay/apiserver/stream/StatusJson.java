package dev.patchbay.apiserver.stream;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** The Status objects that end a stream or refuse it. */
final class StatusJson {
  private static final JsonMapper JSON = JsonMapper.shared();

  private StatusJson() {}

  /** What the error channel carries at the end. */
  static byte[] of(ProcessEnd end) {
    return switch (end) {
      case ProcessEnd.Exited(var code) when code == 0 ->
          JSON.writeValueAsBytes(Map.of("metadata", Map.of(), "status", "Success"));
      case ProcessEnd.Exited(var code) ->
          failure(
              "NonZeroExitCode",
              "command terminated with non-zero exit code: " + code,
              Map.of(
                  "details",
                  Map.of(
                      "causes",
                      List.of(Map.of("reason", "ExitCode", "message", String.valueOf(code))))));
      case ProcessEnd.Failed(var message) -> failure("InternalError", message, Map.of("code", 500));
    };
  }

  /** A refusal, as a body or on the error channel. */
  static byte[] of(StreamRefusal refusal) {
    return failure(
        refusal.reason(),
        refusal.message(),
        Map.of("kind", "Status", "apiVersion", "v1", "details", Map.of(), "code", refusal.code()));
  }

  private static byte[] failure(String reason, String message, Map<String, Object> more) {
    Map<String, Object> status = new TreeMap<>(more);
    status.put("metadata", Map.of());
    status.put("status", "Failure");
    status.put("reason", reason);
    status.put("message", message);
    return JSON.writeValueAsBytes(status);
  }
}
