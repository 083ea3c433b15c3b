package dev.patchbay.apiserver.auth;

import dev.patchbay.apiserver.schema.JsonBody;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Users and their tokens, in YAML:
 *
 * <pre>{@code
 * tokens:
 * - user: ci
 *   token: at least sixteen characters
 *   namespaces: [build, test]   # or ["*"]: everything, cluster-wide resources too
 *   readOnly: true              # false if not said
 *   groups: [robots]            # none if not said
 * }</pre>
 */
final class TokensFile {
  /** Characters of a token. */
  static final int SHORTEST = 16;

  private static final Set<String> FIELDS =
      Set.of("user", "token", "namespaces", "readOnly", "groups");
  private static final String EVERYWHERE = "*";

  private final Path file;

  private TokensFile(Path file) {
    this.file = file;
  }

  /** Digest of the token → user; throws IllegalArgumentException naming file, field and remedy. */
  static Map<String, User> read(Path file) throws IOException {
    PrivateFile.require(file);
    return new TokensFile(file).users(Files.readAllBytes(file));
  }

  private Map<String, User> users(byte[] contents) {
    JsonNode tree;
    try {
      tree = JsonBody.yaml(contents).tree();
    } catch (JacksonException e) {
      // The message would quote the file, and tokens are in it.
      throw wrong("", "cannot be read as YAML; see docs/standalone-api.md");
    }
    Map<String, User> users = new LinkedHashMap<>();
    JsonNode list = tree.path("tokens");
    if (!list.isArray()) {
      throw wrong("tokens", "must be a list");
    }
    for (int index = 0; index < list.size(); index++) {
      String at = "tokens[" + index + "]";
      String token = text(list.get(index), "token", at);
      if (token.length() < SHORTEST) {
        throw wrong(at + ".token", "must have at least " + SHORTEST + " characters");
      }
      if (users.put(Tokens.digest(token), user(list.get(index), at)) != null) {
        throw wrong(at + ".token", "is there twice; give each user a token of its own");
      }
    }
    return users;
  }

  private User user(JsonNode entry, String at) {
    Set<String> foreign = new TreeSet<>(entry.propertyNames());
    foreign.removeAll(FIELDS);
    if (!foreign.isEmpty()) {
      throw wrong(
          at, "has unknown " + foreign + "; known are " + FIELDS.stream().sorted().toList());
    }
    JsonNode readOnly = entry.path("readOnly");
    if (!readOnly.isMissingNode() && !readOnly.isBoolean()) {
      throw wrong(at + ".readOnly", "must be true or false");
    }
    Set<String> namespaces = Set.copyOf(texts(entry, "namespaces", at));
    if (namespaces.isEmpty()) {
      throw wrong(at + ".namespaces", "must name at least one, or [\"*\"] for all");
    }
    List<String> groups =
        Stream.concat(
                texts(entry, "groups", at).stream()
                    .filter(group -> !group.equals(Tokens.AUTHENTICATED)),
                Stream.of(Tokens.AUTHENTICATED))
            .toList();
    return new User(
        text(entry, "user", at),
        groups,
        namespaces.contains(EVERYWHERE) ? Set.of() : namespaces,
        readOnly.asBoolean(false));
  }

  private String text(JsonNode entry, String field, String at) {
    String value = entry.path(field).isString() ? entry.path(field).asString().strip() : "";
    if (value.isEmpty()) {
      throw wrong(at + "." + field, "must be a text that is not empty");
    }
    return value;
  }

  private List<String> texts(JsonNode entry, String field, String at) {
    JsonNode list = entry.path(field);
    boolean fits =
        list.isMissingNode() || (list.isArray() && list.valueStream().allMatch(this::said));
    if (!fits) {
      throw wrong(at + "." + field, "must be a list of texts");
    }
    return list.valueStream().map(JsonNode::asString).collect(Collectors.toList());
  }

  private boolean said(JsonNode value) {
    return value.isString() && !value.asString().isBlank();
  }

  private IllegalArgumentException wrong(String field, String what) {
    return new IllegalArgumentException(file + (field.isEmpty() ? "" : ": " + field) + " " + what);
  }
}
