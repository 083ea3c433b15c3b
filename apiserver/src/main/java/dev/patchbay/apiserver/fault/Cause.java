package dev.patchbay.apiserver.fault;

/**
 * One thing wrong with one field.
 *
 * @param reason such as {@code FieldValueInvalid}
 * @param message the value and what would be right
 * @param field its path, such as {@code spec.nics[0].name}
 */
public record Cause(String reason, String message, String field) {
  private static final int LONGEST_VALUE = 200;

  /** A value that cannot be. */
  public static Cause invalid(String field, String value, String why) {
    return new Cause("FieldValueInvalid", "Invalid value: " + shortened(value) + ": " + why, field);
  }

  /** A value that is missing. */
  public static Cause required(String field, String why) {
    return new Cause(
        "FieldValueRequired", why.isEmpty() ? "Required value" : "Required value: " + why, field);
  }

  /** A value that is there twice. */
  public static Cause duplicate(String field, String value) {
    return new Cause("FieldValueDuplicate", "Duplicate value: " + shortened(value), field);
  }

  /** A value that is none of those allowed. */
  public static Cause notSupported(String field, String value, String supported) {
    return new Cause(
        "FieldValueNotSupported",
        "Unsupported value: " + shortened(value) + ": supported values: " + supported,
        field);
  }

  /** A value, or a change, that is not allowed here. */
  public static Cause forbidden(String field, String why) {
    return new Cause("FieldValueForbidden", "Forbidden: " + why, field);
  }

  /** Too many items. */
  public static Cause tooMany(String field, int count, int most) {
    return new Cause(
        "FieldValueTooMany",
        "Too many: " + count + ": must have at most " + most + " items",
        field);
  }

  private static String shortened(String value) {
    return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "…";
  }
}
