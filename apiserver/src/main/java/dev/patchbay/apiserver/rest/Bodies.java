package dev.patchbay.apiserver.rest;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.fault.Cause;
import dev.patchbay.apiserver.proto.ProtobufBody;
import dev.patchbay.apiserver.schema.Decoded;
import dev.patchbay.apiserver.schema.JsonBody;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Bodies of requests as trees. */
final class Bodies {
  private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

  private Bodies() {}

  /** What to do about fields that nobody knows (fieldValidation). */
  enum Strictness {
    IGNORE,
    WARN,
    STRICT
  }

  /** The query's; throws ApiFault 422. */
  static Strictness strictness(Query query, String options) {
    return switch (query.text("fieldValidation").orElse("Warn")) {
      case "Ignore" -> Strictness.IGNORE;
      case "Warn" -> Strictness.WARN;
      case "Strict" -> Strictness.STRICT;
      case String other ->
          throw ApiFault.invalid(
              "meta.k8s.io",
              options,
              "",
              List.of(
                  Cause.notSupported(
                      "fieldValidation",
                      "\"" + other + "\"",
                      "\"\", \"Ignore\", \"Strict\", \"Warn\"")));
    };
  }

  /** Whether nothing shall be stored; throws ApiFault 422 for a value that is not All. */
  static boolean dryRun(Query query, String options) {
    List<String> values = query.values().getOrDefault("dryRun", List.of());
    if (values.isEmpty()) {
      return false;
    }
    if (!values.stream().allMatch("All"::equals)) {
      throw ApiFault.invalid(
          "meta.k8s.io",
          options,
          "",
          List.of(
              Cause.notSupported(
                  "dryRun", "[\"" + String.join("\",\"", values) + "\"]", "\"All\"")));
    }
    return true;
  }

  /** The object of a create or an update. */
  static Decoded object(String mediaType, byte[] body) {
    Decoded decoded =
        switch (mediaType) {
          case "", "application/json" -> json(body);
          case "application/yaml" -> yaml(body);
          case PROTOBUF -> new Decoded(ProtobufBody.read(body), List.of());
          default ->
              throw ApiFault.unsupportedMediaType(
                  "the body of the request was in an unknown format - accepted media types include:"
                      + " application/json, application/yaml, "
                      + PROTOBUF);
        };
    if (!(decoded.tree() instanceof ObjectNode)) {
      throw ApiFault.badRequest(
          "the body is not an object but "
              + kindOf(decoded.tree())
              + "; send {\"apiVersion\": …, \"kind\": …, \"metadata\": …}");
    }
    return decoded;
  }

  private static Decoded yaml(byte[] body) {
    try {
      return JsonBody.yaml(body);
    } catch (JacksonException e) {
      throw ApiFault.badRequest("the body cannot be read as YAML: " + e.getOriginalMessage());
    }
  }

  /** JSON; throws ApiFault 400 with the position of what cannot be read. */
  static Decoded json(byte[] body) {
    try {
      return JsonBody.json(body);
    } catch (JacksonException e) {
      throw ApiFault.badRequest(
          "the body cannot be read as JSON: "
              + e.getOriginalMessage()
              + (e.getLocation() == null
                  ? ""
                  : " at line "
                      + e.getLocation().getLineNr()
                      + ", column "
                      + e.getLocation().getColumnNr()));
    }
  }

  /** A JSON type as Go names it. */
  static String kindOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "object";
      case ARRAY -> "array";
      case STRING -> "string";
      case NUMBER -> "number";
      case BOOLEAN -> "bool";
      case NULL, BINARY, POJO -> "null";
      case MISSING -> "nothing";
    };
  }

  /** {@code unknown field "a"} and {@code duplicate field "b"}. */
  static List<String> complaints(
      List<String> first, String firstIs, List<String> then, String thenIs) {
    List<String> all = new ArrayList<>();
    first.forEach(path -> all.add(firstIs + " field \"" + path + "\""));
    then.forEach(path -> all.add(thenIs + " field \"" + path + "\""));
    return all;
  }
}
