package dev.patchbay.apiserver.rest;

import dev.patchbay.apiserver.fault.Cause;
import dev.patchbay.apiserver.resource.Kind;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The part of objects that is the same for all kinds. */
final class Metadata {
  /** What only the server writes. */
  private static final List<String> OURS =
      List.of(
          "uid",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "generation",
          "selfLink",
          "managedFields");

  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final int LONGEST_NAME = 253;
  private static final String NOT_A_SUBDOMAIN =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex"
          + " used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final String NOT_A_LABEL =
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and"
          + " must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc',"
          + " regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
  private static final Pattern LABEL_VALUE =
      Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");
  private static final int LONGEST_LABEL = 63;

  /** Letters and digits that are not taken for one another, as in the real server's names. */
  private static final String SUFFIX = "bcdfghjklmnpqrstvwxz2456789";

  private static final int SUFFIX_LENGTH = 5;

  private Metadata() {}

  static ObjectNode of(ObjectNode object) {
    return object.withObjectProperty("metadata");
  }

  static String text(ObjectNode object, String field) {
    return object.path("metadata").path(field).asString("");
  }

  static boolean isBeingDeleted(ObjectNode object) {
    return object.at("/metadata/deletionTimestamp").isString();
  }

  static boolean hasFinalizers(ObjectNode object) {
    return !object.at("/metadata/finalizers").isEmpty();
  }

  static String now(Clock clock) {
    return Instant.now(clock).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** A name of its own for {@code generateName}. */
  static String generated(String prefix) {
    var name = new StringBuilder(prefix);
    for (int digit = 0; digit < SUFFIX_LENGTH; digit++) {
      name.append(SUFFIX.charAt(ThreadLocalRandom.current().nextInt(SUFFIX.length())));
    }
    return name.toString();
  }

  /** Keeps what only the server writes as it was. */
  static void keepOurs(ObjectNode before, ObjectNode after) {
    ObjectNode metadata = of(after);
    JsonNode old = before.path("metadata");
    for (String field : OURS) {
      metadata.remove(field);
      if (old.has(field)) {
        metadata.set(field, old.get(field));
      }
    }
    for (String field : List.of("name", "namespace")) {
      if (old.has(field)) {
        metadata.set(field, old.get(field));
      }
    }
  }

  /** What is wrong with name, labels and finalizers. */
  static List<Cause> wrong(ObjectNode object, Kind kind) {
    List<Cause> causes = new ArrayList<>();
    name(text(object, "name"), kind).ifPresent(causes::add);
    for (String field : List.of("labels", "annotations")) {
      for (String key : object.path("metadata").path(field).propertyNames()) {
        QualifiedName.wrong(key)
            .ifPresent(
                why -> causes.add(Cause.invalid("metadata." + field, "\"" + key + "\"", why)));
      }
    }
    object
        .at("/metadata/labels")
        .properties()
        .forEach(label -> {
          String value = label.getValue().asString("");
          if (value.length() > LONGEST_LABEL || !LABEL_VALUE.matcher(value).matches()) {
            causes.add(
                Cause.invalid(
                    "metadata.labels",
                    "\"" + value + "\"",
                    "a valid label must be an empty string or consist of alphanumeric characters,"
                        + " '-', '_' or '.', and must start and end with an alphanumeric character"
                        + " (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation"
                        + " is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"));
          }
        });
    return causes;
  }

  private static Optional<Cause> name(String name, Kind kind) {
    if (name.isEmpty()) {
      return Optional.of(Cause.required("metadata.name", "name or generateName is required"));
    }
    if (name.length() > LONGEST_NAME) {
      return Optional.of(
          Cause.invalid(
              "metadata.name", "\"" + name + "\"", "must be no more than 253 characters"));
    }
    if (kind.kind().equals("Namespace") && !DNS_LABEL.matcher(name).matches()) {
      return Optional.of(Cause.invalid("metadata.name", "\"" + name + "\"", NOT_A_LABEL));
    }
    boolean fits =
        kind.kind().equals("Event") ? !name.contains("/") : SUBDOMAIN.matcher(name).matches();
    return fits
        ? Optional.empty()
        : Optional.of(Cause.invalid("metadata.name", "\"" + name + "\"", NOT_A_SUBDOMAIN));
  }
}
