package dev.patchbay.apiserver.rest;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.store.Change;
import dev.patchbay.apiserver.store.ObjectStore;
import dev.patchbay.apiserver.store.Stored;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A watch: what is there, where that is asked for, and then what happens, until the client goes,
 * its time is over or the store is closed.
 */
final class Watching {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** How often a client that allows it hears how far the history is, so that it can begin there. */
  private static final Duration BOOKMARKS = Duration.ofSeconds(45);

  private static final Duration LONGEST = Duration.ofHours(1);
  private static final String INITIAL_END = "k8s.io/initial-events-end";

  private final ObjectStore store;
  private final Source source;
  private final Route.Objects at;
  private final Query query;
  private final Predicate<ObjectNode> selection;
  private final boolean bookmarks;
  private long seen;

  /** Where events go; throws IOException when nobody listens any more. */
  interface Sink {
    void event(ObjectNode event) throws IOException;
  }

  private Watching(ObjectStore store, Route.Objects at, Query query) {
    this.store = store;
    this.source = new Source(store, at.kind());
    this.at = at;
    this.query = query;
    this.selection = Reading.selection(query, at.kind());
    this.bookmarks = query.flag("allowWatchBookmarks");
  }

  /** A watch that is asked for; throws ApiFault before anything is sent. */
  static Watching of(ObjectStore store, Route.Objects at, Query query) {
    var watching = new Watching(store, at, query);
    if (query.values().containsKey("sendInitialEvents")) {
      requireInitialEvents(query);
    }
    Optional<String> version = query.text("resourceVersion").filter(text -> !text.equals("0"));
    version.ifPresent(Reading::version);
    return watching;
  }

  private static void requireInitialEvents(Query query) {
    if (!query.text("resourceVersionMatch").map("NotOlderThan"::equals).orElse(false)) {
      throw ApiFault.invalid(
          "meta.k8s.io",
          "ListOptions",
          "",
          java.util.List.of(
              dev.patchbay.apiserver.fault.Cause.forbidden(
                  "resourceVersionMatch",
                  "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")));
    }
  }

  /** Sends events until the end. */
  void run(Sink sink) throws IOException, InterruptedException {
    Instant end = Instant.now().plus(patience());
    Optional<String> from = query.text("resourceVersion").filter(text -> !text.equals("0"));
    boolean initial = query.flag("sendInitialEvents");
    if (from.isEmpty() || initial) {
      showAll(sink, initial);
    } else {
      seen = Reading.version(from.get());
      if (!store.remembers(seen)) {
        sink.event(expired());
        return;
      }
    }
    while (Instant.now().isBefore(end)) {
      Duration wait = Duration.between(Instant.now(), end);
      switch (store.after(seen, wait.compareTo(BOOKMARKS) < 0 ? wait : BOOKMARKS)) {
        case ObjectStore.News.Forgotten _ -> {
          sink.event(expired());
          return;
        }
        case ObjectStore.News.Changes(var changes, var upTo, var isEnd) -> {
          for (Change change : changes) {
            for (Change one : source.changes(change)) {
              tell(one, sink);
            }
          }
          seen = upTo;
          if (changes.isEmpty() && bookmarks) {
            sink.event(bookmark(false));
          }
          if (isEnd) {
            return;
          }
        }
      }
    }
  }

  private Duration patience() {
    var seconds = query.number("timeoutSeconds");
    return seconds.isPresent() && seconds.getAsLong() > 0
        ? Duration.ofSeconds(Math.min(seconds.getAsLong(), LONGEST.toSeconds()))
        : LONGEST;
  }

  private void showAll(Sink sink, boolean marksEnd) throws IOException {
    ObjectStore.Listing all = source.list(at.namespace());
    for (Stored stored : all.items()) {
      if (selects(stored)) {
        sink.event(event("ADDED", stored.object()));
      }
    }
    seen = all.version();
    if (marksEnd && bookmarks) {
      sink.event(bookmark(true));
    }
  }

  private void tell(Change change, Sink sink) throws IOException {
    boolean was = change.before().filter(this::selects).isPresent();
    boolean is = change.after().filter(this::selects).isPresent();
    if (is) {
      sink.event(event(was ? "MODIFIED" : "ADDED", change.after().orElseThrow().object()));
    } else if (was) {
      // The last state that was selected, with the version of what ended it.
      ObjectNode last = change.before().orElseThrow().object().deepCopy();
      last.withObjectProperty("metadata").put("resourceVersion", Long.toString(change.version()));
      sink.event(event("DELETED", last));
    }
  }

  private boolean selects(Stored stored) {
    return at.namespace().map(stored.key().namespace()::equals).orElse(true)
        && at.name().map(stored.key().name()::equals).orElse(true)
        && selection.test(stored.object());
  }

  private static ObjectNode event(String type, ObjectNode object) {
    ObjectNode event = JSON.createObjectNode().put("type", type);
    event.set("object", object);
    return event;
  }

  private ObjectNode bookmark(boolean initialEnd) {
    ObjectNode object =
        JSON.createObjectNode()
            .put("kind", at.kind().kind())
            .put("apiVersion", at.kind().apiVersion());
    ObjectNode metadata = object.putObject("metadata");
    metadata.put("resourceVersion", Long.toString(seen));
    if (initialEnd) {
      metadata.putObject("annotations").put(INITIAL_END, "true");
    }
    return event("BOOKMARK", object);
  }

  private ObjectNode expired() {
    return event("ERROR", Statuses.of(ApiFault.expired("too old resource version: " + seen)));
  }
}
