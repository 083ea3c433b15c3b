package dev.patchbay.kube.client;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What the API refused, or that it could not be asked. */
public final class KubeFailure extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int NONE = 0;

  private final int status;
  private final String reason;

  private KubeFailure(int status, String reason, String message, Optional<Throwable> cause) {
    super(message, cause.orElse(null));
    this.status = status;
    this.reason = reason;
  }

  /**
   * A refusal.
   *
   * @param status HTTP's
   * @param reason as {@code Status} has it, or empty
   */
  public static KubeFailure refused(int status, String reason, String message) {
    return new KubeFailure(status, reason, message, Optional.empty());
  }

  /** The API could not be reached, did not answer in time, or was cut off. */
  public static KubeFailure unreachable(String message, Throwable cause) {
    return new KubeFailure(NONE, "Unreachable", message, Optional.of(cause));
  }

  /** A refusal as a {@code Status} object tells it; what it leaves open is taken from HTTP. */
  static KubeFailure of(int httpStatus, JsonNode status) {
    int code = status.path("code").asInt(httpStatus);
    return refused(
        code,
        status.path("reason").asString(""),
        status.path("message").asString("the API answered " + code));
  }

  /** HTTP's status; 0 when there was no answer. */
  public int status() {
    return status;
  }

  /** As {@code Status} has it: NotFound, AlreadyExists, Conflict, Invalid …; may be empty. */
  public String reason() {
    return reason;
  }

  /** The words of the API, or why it could not be asked. */
  public String message() {
    return String.valueOf(getMessage());
  }

  /** There is no such object, or kind. */
  public boolean isNotFound() {
    return status == 404;
  }

  /** An object of that name is there. */
  public boolean isAlreadyExists() {
    return status == 409 && reason.equals("AlreadyExists");
  }

  /** The object has changed since it was read. */
  public boolean isConflict() {
    return status == 409 && !reason.equals("AlreadyExists");
  }

  /** The resourceVersion is too old to watch from. */
  public boolean isGone() {
    return status == 410;
  }

  /** There was no answer. */
  public boolean isUnreachable() {
    return status == NONE;
  }

  /** The same request may succeed later without anybody changing it. */
  public boolean canRetry() {
    return isUnreachable() || status == 429 || status >= 500;
  }
}
