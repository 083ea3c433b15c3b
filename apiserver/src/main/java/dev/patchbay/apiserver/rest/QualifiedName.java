package dev.patchbay.apiserver.rest;

import java.util.Optional;
import java.util.regex.Pattern;

/** Keys of labels and annotations, and finalizers: {@code name} or {@code prefix/name}. */
final class QualifiedName {
  private static final int LONGEST_NAME = 63;
  private static final int LONGEST_PREFIX = 253;
  private static final Pattern NAME = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
  private static final Pattern PREFIX =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final String RULE =
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
          + " alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
          + " validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

  private QualifiedName() {}

  /** What is wrong with a key, as the real server says it; empty when nothing is. */
  static Optional<String> wrong(String key) {
    String[] parts = key.split("/", -1);
    if (parts.length > 2) {
      return Optional.of(
          "a valid label key "
              + RULE
              + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
    }
    String name = parts[parts.length - 1];
    if (name.isEmpty()) {
      return Optional.of("name part must be non-empty");
    }
    if (name.length() > LONGEST_NAME) {
      return Optional.of("name part must be no more than 63 characters");
    }
    if (!NAME.matcher(name).matches()) {
      return Optional.of("name part " + RULE);
    }
    boolean fits =
        parts.length == 1
            || (parts[0].length() <= LONGEST_PREFIX && PREFIX.matcher(parts[0]).matches());
    return fits
        ? Optional.empty()
        : Optional.of("prefix part must be a lowercase RFC 1123 subdomain, such as example.com");
  }
}
