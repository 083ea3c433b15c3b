package dev.patchbay.apiserver.schema;

import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Whether a value has its schema's type, and what the real server says when it has not. */
enum TypeTexts {
  /** Decoding JSON text. */
  JSON {
    @Override
    String mismatch(JsonNode value, Schema schema, Fitting.Place place) {
      String what =
          schema.type() == Schema.Type.INTEGER && value.isNumber()
              ? "number " + value.asString()
              : goType(value);
      String owner = shortName(place.owner());
      return "json: cannot unmarshal "
          + what
          + " into Go struct field "
          + (owner.isEmpty() ? "" : owner + ".")
          + place.fields()
          + " of type "
          + typeName(schema);
    }
  },
  /** Converting a tree, as after a strategic merge. */
  TREE {
    @Override
    String mismatch(JsonNode value, Schema schema, Fitting.Place place) {
      String kind =
          switch (value.getNodeType()) {
            case OBJECT -> "map";
            case ARRAY -> "slice";
            case STRING -> "string";
            case BOOLEAN -> "bool";
            case NUMBER -> value.isIntegralNumber() ? "int64" : "float64";
            case NULL, MISSING, BINARY, POJO -> "invalid";
          };
      return switch (schema.type()) {
        case OBJECT ->
            schema.values().isPresent()
                ? "cannot restore map from " + kind
                : "cannot restore struct from: " + kind;
        case ARRAY -> "cannot restore slice from " + kind;
        case STRING, INTEGER, NUMBER, BOOLEAN, INT_OR_STRING, ANY ->
            value.isNumber()
                ? "cannot convert " + kind + " to " + typeName(schema)
                : "unrecognized type: " + typeName(schema);
      };
    }
  };

  private static final BigDecimal LARGEST_INT32 = BigDecimal.valueOf(Integer.MAX_VALUE);
  private static final BigDecimal LARGEST_INT64 = BigDecimal.valueOf(Long.MAX_VALUE);

  abstract String mismatch(JsonNode value, Schema schema, Fitting.Place place);

  /** What is wrong with a value that is not null; empty when nothing is. */
  Optional<String> wrong(JsonNode value, Schema schema, Fitting.Place place) {
    boolean fits =
        switch (schema.type()) {
          case OBJECT -> value.isObject();
          case ARRAY -> value.isArray();
          case STRING -> value.isString();
          case INTEGER -> value.isNumber() && isWhole(value, schema.format());
          case NUMBER -> value.isNumber();
          case BOOLEAN -> value.isBoolean();
          case INT_OR_STRING -> value.isNumber() || value.isString();
          case ANY -> true;
        };
    if (!fits) {
      return Optional.of(mismatch(value, schema, place));
    }
    return switch (schema.format()) {
      case "byte" -> base64(value.asString(""));
      case "date-time" -> time(value.asString(""));
      case "quantity" ->
          quantity(value).isPresent() ? Optional.empty() : Optional.of(Quantity.RULE);
      default -> Optional.empty();
    };
  }

  private static boolean isWhole(JsonNode value, String format) {
    // A double that is not finite cannot come from JSON, one that is huge can.
    BigDecimal number = value.decimalValue();
    BigDecimal most = format.equals("int32") ? LARGEST_INT32 : LARGEST_INT64;
    return number.abs().compareTo(most) <= 0 && number.stripTrailingZeros().scale() <= 0;
  }

  static Optional<String> quantity(JsonNode value) {
    return Quantity.canonical(
        value.isNumber() ? value.decimalValue().toPlainString() : value.asString(""));
  }

  /** Go's decoder names the byte at which the text ceases to be base64 (RFC 4648, padded). */
  private static Optional<String> base64(String text) {
    String digits = text.replace("\n", "").replace("\r", "");
    int index = 0;
    while (index < digits.length() && isDigit(digits.charAt(index))) {
      index++;
    }
    int padding = digits.length() - index;
    boolean fits =
        digits.length() % 4 == 0 && padding <= 2 && digits.substring(index).matches("=*");
    return fits
        ? Optional.empty()
        : Optional.of("illegal base64 data at input byte " + Math.min(index, digits.length()));
  }

  private static boolean isDigit(char digit) {
    return (digit >= 'A' && digit <= 'Z')
        || (digit >= 'a' && digit <= 'z')
        || (digit >= '0' && digit <= '9')
        || digit == '+'
        || digit == '/';
  }

  private static Optional<String> time(String text) {
    try {
      OffsetDateTime.parse(text);
      return Optional.empty();
    } catch (DateTimeParseException _) {
      return Optional.of(
          "parsing time \"" + text + "\" as \"2006-01-02T15:04:05Z07:00\": cannot parse");
    }
  }

  static String goType(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "object";
      case ARRAY -> "array";
      case STRING -> "string";
      case NUMBER -> "number";
      case BOOLEAN -> "bool";
      case NULL, MISSING, BINARY, POJO -> "null";
    };
  }

  private static String typeName(Schema schema) {
    return switch (schema.type()) {
      case OBJECT ->
          schema.values().isPresent()
              ? "map[string]" + typeName(schema.values().orElseThrow())
              : "v1." + shortName(schema.name());
      case ARRAY -> "[]" + typeName(schema.items());
      case STRING -> schema.format().equals("byte") ? "[]uint8" : "string";
      case INTEGER -> schema.format().isEmpty() ? "int64" : schema.format();
      case NUMBER -> "float64";
      case BOOLEAN -> "bool";
      case INT_OR_STRING -> "resource.Quantity";
      case ANY -> "interface {}";
    };
  }

  private static String shortName(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
