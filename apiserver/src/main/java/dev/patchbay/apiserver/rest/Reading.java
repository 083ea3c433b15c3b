package dev.patchbay.apiserver.rest;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.resource.Kind;
import dev.patchbay.apiserver.store.ObjectKey;
import dev.patchbay.apiserver.store.ObjectStore;
import dev.patchbay.apiserver.store.Stored;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * GET of objects and of lists.
 *
 * @param store where objects are
 */
record Reading(ObjectStore store) {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** What a list's query selects. */
  static Predicate<ObjectNode> selection(Query query, Kind kind) {
    LabelSelector labels = LabelSelector.parse(query.text("labelSelector").orElse(""));
    FieldSelector fields = FieldSelector.parse(query.text("fieldSelector").orElse(""), kind);
    return object -> labels.test(object.at("/metadata/labels")) && fields.test(object);
  }

  Answer get(Route.Objects at) {
    return Answer.ok(find(at).object());
  }

  /** The object that a path names; throws ApiFault 404, perhaps with a near name. */
  Stored find(Route.Objects at) {
    return new Source(store, at.kind())
        .get(
            new ObjectKey(
                at.kind().group(), at.kind().plural(), at.space(), at.name().orElseThrow()))
        .orElseThrow(() -> notFound(store, at));
  }

  static ApiFault notFound(ObjectStore store, Route.Objects at) {
    String name = at.name().orElseThrow();
    Optional<String> near =
        Near.to(
            name,
            new Source(store, at.kind())
                .list(Optional.of(at.space())).items().stream()
                    .map(stored -> stored.key().name())
                    .toList());
    return ApiFault.notFound(
        at.kind().group(),
        at.kind().plural(),
        name,
        near.map(meant -> "; did you mean \"" + meant + "\"?").orElse(""));
  }

  Answer list(Route.Objects at, Query query) {
    requireVersion(query, store.version());
    Predicate<ObjectNode> selection = selection(query, at.kind());
    ObjectStore.Listing listing = new Source(store, at.kind()).list(at.namespace());
    List<Stored> items =
        listing.items().stream()
            .filter(stored -> at.name().map(stored.key().name()::equals).orElse(true))
            .filter(stored -> selection.test(stored.object()))
            .toList();
    return Answer.ok(page(at.kind(), items, listing.version(), query));
  }

  /** One page: at most {@code limit} items after those that {@code continue} stands for. */
  private static ObjectNode page(Kind kind, List<Stored> all, long version, Query query) {
    Token token = query.text("continue").map(Token::parse).orElse(new Token(version, "", ""));
    List<Stored> rest = all.stream().filter(stored -> token.isBefore(stored.key())).toList();
    OptionalLong limit = query.number("limit");
    int count =
        limit.isPresent() && limit.getAsLong() > 0
            ? (int) Math.min(limit.getAsLong(), rest.size())
            : rest.size();
    ObjectNode list = JSON.createObjectNode();
    list.put("kind", kind.kind() + "List").put("apiVersion", kind.apiVersion());
    ObjectNode metadata = list.putObject("metadata");
    metadata.put("resourceVersion", Long.toString(token.version()));
    if (count < rest.size()) {
      metadata.put("continue", Token.after(token.version(), rest.get(count - 1).key()).text());
      if (query.text("labelSelector").isEmpty() && query.text("fieldSelector").isEmpty()) {
        metadata.put("remainingItemCount", rest.size() - count);
      }
    }
    ArrayNode items = list.putArray("items");
    rest.subList(0, count).forEach(stored -> items.add(stored.object()));
    return list;
  }

  /** Whether the version that the client knows can be served; throws ApiFault. */
  private static void requireVersion(Query query, long newest) {
    Optional<String> wanted = query.text("resourceVersion");
    if (query.text("resourceVersionMatch").isPresent() && wanted.isEmpty()) {
      throw ApiFault.unprocessable(
          "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless"
              + " resourceVersion is provided");
    }
    if (wanted.isEmpty()) {
      return;
    }
    long version = version(wanted.get());
    if (version > newest) {
      throw new ApiFault(
          504,
          "Timeout",
          "Timeout: Too large resource version: " + version + ", current: " + newest,
          ApiFault.Details.NONE
              .with(
                  List.of(
                      new dev.patchbay.apiserver.fault.Cause(
                          "ResourceVersionTooLarge", "Too large resource version", "")))
              .after(1));
    }
    if (query.text("resourceVersionMatch").map("Exact"::equals).orElse(false)
        && version != newest) {
      throw ApiFault.expired("The resourceVersion for the provided list is too old.");
    }
  }

  /** A resourceVersion; throws ApiFault 400. */
  static long version(String text) {
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException _) {
      throw ApiFault.badRequest(
          "Invalid value: \""
              + text
              + "\": strconv.ParseUint: parsing \""
              + text
              + "\": invalid syntax");
    }
  }

  /**
   * Where the next page begins.
   *
   * @param version of the first page
   * @param namespace of the last object of the page before
   * @param name of the last object of the page before; empty for the first page
   */
  private record Token(long version, String namespace, String name) {
    private static final int PARTS = 3;

    static Token after(long version, ObjectKey last) {
      return new Token(version, last.namespace(), last.name());
    }

    static Token parse(String text) {
      try {
        String[] parts =
            new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8)
                .split("\n", PARTS);
        return new Token(Long.parseLong(parts[0]), parts[1], parts[2]);
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException _) {
        throw ApiFault.badRequest(
            "invalid continue token: continue key is not valid: it is none that a list here gave");
      }
    }

    /** Whether an object is on a later page, in the order of the store. */
    boolean isBefore(ObjectKey key) {
      return new ObjectKey(key.group(), key.plural(), namespace, name).compareTo(key) < 0;
    }

    String text() {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(
              (version + "\n" + namespace + "\n" + name).getBytes(StandardCharsets.UTF_8));
    }
  }
}
