package dev.patchbay.vm.qmp;

import tools.jackson.databind.JsonNode;

/** What QEMU answers to a command. */
public sealed interface QmpAnswer {
  /** It was done. */
  record Returned(JsonNode value) implements QmpAnswer {}

  /**
   * It was not done.
   *
   * @param errorClass such as {@code GenericError} or {@code DeviceNotFound}
   * @param why QEMU's words
   */
  record Refused(String errorClass, String why) implements QmpAnswer {
    /** Whether what the command names is not there. */
    public boolean isDeviceNotFound() {
      return errorClass.equals("DeviceNotFound");
    }
  }

  /** What was returned; throws IllegalStateException with QEMU's words when it was refused. */
  default JsonNode orThrow() {
    return switch (this) {
      case Returned(var value) -> value;
      case Refused(var errorClass, var why) ->
          throw new IllegalStateException("QEMU refused: " + why + " (" + errorClass + ")");
    };
  }
}
