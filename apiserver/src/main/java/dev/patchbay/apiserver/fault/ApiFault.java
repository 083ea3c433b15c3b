package dev.patchbay.apiserver.fault;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * A request that is not done, as the Status that the client gets.
 *
 * <p>The texts are those of the real API server where clients or people know them by heart.
 */
public final class ApiFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int code;
  private final String reason;
  private final transient Details details;

  /**
   * What it is about; empty strings are left out.
   *
   * @param name the object's
   * @param group API group
   * @param kind the resource's plural or, for invalid objects, the kind
   * @param uid the object's
   * @param causes field by field
   * @param retryAfterSeconds when to try again
   */
  public record Details(
      String name,
      String group,
      String kind,
      String uid,
      List<Cause> causes,
      OptionalInt retryAfterSeconds) {
    /** Nothing known. */
    public static final Details NONE = of("", "", "");

    /** Copies the list. */
    public Details {
      causes = List.copyOf(causes);
    }

    /** An object and nothing else. */
    public static Details of(String group, String kind, String name) {
      return new Details(name, group, kind, "", List.of(), OptionalInt.empty());
    }

    /** The same with causes. */
    public Details with(List<Cause> why) {
      return new Details(name, group, kind, uid, why, retryAfterSeconds);
    }

    /** The same with a time to wait. */
    public Details after(int seconds) {
      return new Details(name, group, kind, uid, causes, OptionalInt.of(seconds));
    }

    /** The same with the object's uid. */
    public Details uid(String known) {
      return new Details(name, group, kind, known, causes, retryAfterSeconds);
    }
  }

  /** Any of them; {@code reason} may be empty. */
  public ApiFault(int code, String reason, String message, Details details) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  /** HTTP status. */
  public int code() {
    return code;
  }

  /** Machine-readable reason; empty for none. */
  public String reason() {
    return reason;
  }

  /** What it is about. */
  public Details details() {
    return details;
  }

  /** 400. */
  public static ApiFault badRequest(String message) {
    return new ApiFault(400, "BadRequest", message, Details.NONE);
  }

  /** 401. */
  public static ApiFault unauthorized() {
    return new ApiFault(401, "Unauthorized", "Unauthorized", Details.NONE);
  }

  /** 403. */
  public static ApiFault forbidden(Details about, String message) {
    return new ApiFault(403, "Forbidden", message, about);
  }

  /** 404 for an object, with another text after it, which may be empty. */
  public static ApiFault notFound(String group, String plural, String name, String more) {
    return new ApiFault(
        404,
        "NotFound",
        qualified(plural, group) + " \"" + name + "\" not found" + more,
        Details.of(group, plural, name));
  }

  /** 404 for a resource that is not served. */
  public static ApiFault noResource() {
    return new ApiFault(
        404, "NotFound", "the server could not find the requested resource", Details.NONE);
  }

  /** 404 for a path below which nothing is served; sent as plain text. */
  public static ApiFault noPage() {
    return new ApiFault(404, "", "404 page not found\n", Details.NONE);
  }

  /** 405. */
  public static ApiFault methodNotAllowed() {
    return new ApiFault(
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
        Details.NONE);
  }

  /** 405 for whoever would change what is only shown. */
  public static ApiFault readOnly(String resource) {
    return new ApiFault(
        405, "MethodNotAllowed", resource + " can only be read on this server", Details.NONE);
  }

  /** 409 because the name is taken. */
  public static ApiFault alreadyExists(String group, String plural, String name) {
    return new ApiFault(
        409,
        "AlreadyExists",
        qualified(plural, group) + " \"" + name + "\" already exists",
        Details.of(group, plural, name));
  }

  /** 409. */
  public static ApiFault conflict(String group, String plural, String name, String why) {
    return new ApiFault(
        409,
        "Conflict",
        "Operation cannot be fulfilled on "
            + qualified(plural, group)
            + " \""
            + name
            + "\": "
            + why,
        Details.of(group, plural, name));
  }

  /** 409 because somebody else was faster. */
  public static ApiFault modified(String group, String plural, String name) {
    return conflict(
        group,
        plural,
        name,
        "the object has been modified; please apply your changes to the latest version and try"
            + " again");
  }

  /** 413. */
  public static ApiFault tooLarge(long limit) {
    return new ApiFault(
        413,
        "RequestEntityTooLarge",
        "the request's body is larger than " + limit + " bytes; send less",
        Details.NONE);
  }

  /** 415. */
  public static ApiFault unsupportedMediaType(String message) {
    return new ApiFault(415, "UnsupportedMediaType", message, Details.NONE);
  }

  /** 422 with every field that is wrong; {@code kind} as in a manifest. */
  public static ApiFault invalid(String group, String kind, String name, List<Cause> causes) {
    String all =
        causes.stream()
            .map(cause -> cause.field() + ": " + cause.message())
            .distinct()
            .collect(Collectors.joining(", "));
    return new ApiFault(
        422,
        "Invalid",
        qualified(kind, group)
            + " \""
            + name
            + "\" is invalid: "
            + (causes.size() == 1 ? all : "[" + all + "]"),
        Details.of(group, kind, name).with(causes));
  }

  /** 422 with one text. */
  public static ApiFault unprocessable(String message) {
    return new ApiFault(422, "Invalid", message, Details.NONE);
  }

  /** 410. */
  public static ApiFault expired(String message) {
    return new ApiFault(410, "Expired", message, Details.NONE);
  }

  /** 500 as the real server answers what it did not foresee: without a reason. */
  public static ApiFault unforeseen(String message) {
    return new ApiFault(500, "", message, Details.NONE);
  }

  /** {@code plural.group}, or the plural alone in the core group. */
  public static String qualified(String plural, String group) {
    return group.isEmpty() ? plural : plural + "." + group;
  }
}
