package dev.patchbay.apiserver.stream;

/** Why a stream is not opened, as the Kubernetes API says it. */
public final class StreamRefusal extends Exception {
  private static final long serialVersionUID = 1;

  private final int code;
  private final String reason;

  /**
   * A refusal.
   *
   * @param code HTTP status, 400 or more
   * @param reason a Status reason, such as {@code BadRequest}
   */
  public StreamRefusal(int code, String reason, String message) {
    super(message);
    this.code = code;
    this.reason = reason;
  }

  /** The request cannot be meant so. */
  public static StreamRefusal badRequest(String message) {
    return new StreamRefusal(400, "BadRequest", message);
  }

  /** A parameter that cannot be. */
  public static StreamRefusal invalid(String message) {
    return new StreamRefusal(422, "Invalid", message);
  }

  /** What is asked for is not there. */
  public static StreamRefusal notFound(String message) {
    return new StreamRefusal(404, "NotFound", message);
  }

  /** Something that should work did not. */
  public static StreamRefusal internal(String message) {
    return new StreamRefusal(500, "InternalError", message);
  }

  /** What is needed for it is away for now. */
  public static StreamRefusal unavailable(String message) {
    return new StreamRefusal(503, "ServiceUnavailable", message);
  }

  /** HTTP status. */
  public int code() {
    return code;
  }

  /** Status reason. */
  public String reason() {
    return reason;
  }

  /** One sentence for the user. */
  public String message() {
    return String.valueOf(getMessage());
  }
}
