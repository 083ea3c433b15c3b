package dev.patchbay.apiserver.rest;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.resource.Kind;
import dev.patchbay.apiserver.resource.Kinds;
import dev.patchbay.apiserver.store.ObjectKey;
import dev.patchbay.apiserver.store.ObjectStore;
import dev.patchbay.apiserver.store.Stored;
import dev.patchbay.apiserver.store.Write;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * DELETE: with finalizers, with a pod's grace, of collections, and of a namespace with its content.
 *
 * @param store where objects are
 * @param kinds what may lie in a namespace
 * @param clock for timestamps
 */
record Deleting(ObjectStore store, Kinds kinds, Clock clock) {
  /** Kinds whose deletion answers with the object even when it is gone. */
  private static final List<String> SHOWN = List.of("Pod", "Namespace");

  private static final String GRACE = "deletionGracePeriodSeconds";
  private static final String STAMP = "deletionTimestamp";
  private static final JsonMapper JSON = JsonMapper.shared();

  /**
   * What a client asks of a deletion.
   *
   * @param grace seconds; empty for the object's own
   * @param uid must be the object's; empty for any
   * @param version must be the object's; empty for any
   * @param dry whether nothing is done
   */
  private record Options(OptionalLong grace, String uid, String version, boolean dry) {
    static Options of(Exchange exchange) throws IOException {
      byte[] body = exchange.body();
      JsonNode said =
          body.length == 0 ? JSON.missingNode() : Bodies.object(exchange.mediaType(), body).tree();
      OptionalLong grace =
          said.path("gracePeriodSeconds").isIntegralNumber()
              ? OptionalLong.of(Math.max(0, said.path("gracePeriodSeconds").asLong()))
              : exchange.query().number("gracePeriodSeconds");
      boolean dry =
          Bodies.dryRun(exchange.query(), "DeleteOptions")
              || said.path("dryRun").valueStream().anyMatch(way -> way.asString("").equals("All"));
      return new Options(
          grace,
          said.at("/preconditions/uid").asString(""),
          said.at("/preconditions/resourceVersion").asString(""),
          dry);
    }
  }

  Answer one(Exchange exchange, Route.Objects at) throws IOException {
    Options options = Options.of(exchange);
    Stored there = new Reading(store).find(at);
    Stored after = delete(at.kind(), there.key(), options, at);
    boolean isGone = options.dry() || store.get(there.key()).isEmpty();
    boolean showsObject = !isGone || SHOWN.contains(at.kind().kind());
    return Answer.ok(showsObject ? after.object() : success(at.kind(), there));
  }

  Answer collection(Exchange exchange, Route.Objects at) throws IOException {
    Options options = Options.of(exchange);
    Predicate<ObjectNode> selection = Reading.selection(exchange.query(), at.kind());
    ObjectNode list =
        JSON.createObjectNode()
            .put("kind", at.kind().kind() + "List")
            .put("apiVersion", at.kind().apiVersion());
    ObjectNode metadata = list.putObject("metadata");
    ArrayNode items = list.putArray("items");
    for (Stored stored :
        store.list(at.kind().group(), at.kind().plural(), at.namespace()).items()) {
      if (selection.test(stored.object())) {
        items.add(delete(at.kind(), stored.key(), options, at).object());
      }
    }
    metadata.put("resourceVersion", Long.toString(store.version()));
    return Answer.ok(list);
  }

  private Stored delete(Kind kind, ObjectKey key, Options options, Route.Objects at) {
    if (options.dry()) {
      Stored there = new Reading(store).find(at);
      decide(kind, there, options);
      return there;
    }
    Stored after =
        store
            .change(
                key,
                before ->
                    decide(
                        kind,
                        before.orElseThrow(
                            () -> ApiFault.notFound(kind.group(), kind.plural(), key.name(), "")),
                        options))
            .orElseThrow();
    if (kind.kind().equals("Namespace")) {
      empty(key.name());
    }
    return after;
  }

  private Write decide(Kind kind, Stored there, Options options) {
    require(kind, there, options);
    ObjectNode object = there.object();
    boolean isGraceful = kind.rules().isGraceful(object);
    long grace = isGraceful ? grace(object, options) : 0;
    if (grace == 0 && !Metadata.hasFinalizers(object)) {
      return kind.kind().equals("Namespace") && !isEmpty(there.key().name())
          ? new Write.Put(stamped(object, 0))
          : new Write.Delete();
    }
    boolean shortens =
        Metadata.isBeingDeleted(object)
            && grace < object.at("/metadata/" + GRACE).asLong(Long.MAX_VALUE);
    return Metadata.isBeingDeleted(object) && !shortens
        ? new Write.Keep()
        : new Write.Put(stamped(object, grace));
  }

  private static long grace(ObjectNode object, Options options) {
    return options.grace().isPresent()
        ? options.grace().getAsLong()
        : object.at("/spec/terminationGracePeriodSeconds").asLong(30);
  }

  private ObjectNode stamped(ObjectNode object, long grace) {
    ObjectNode next = object.deepCopy();
    Metadata.of(next)
        .put(
            STAMP, Instant.now(clock).plusSeconds(grace).truncatedTo(ChronoUnit.SECONDS).toString())
        .put(GRACE, grace);
    if (next.path("kind").asString("").equals("Namespace")) {
      next.withObjectProperty("status").put("phase", "Terminating");
    }
    return next;
  }

  private static void require(Kind kind, Stored there, Options options) {
    String uid = Metadata.text(there.object(), "uid");
    if (!options.uid().isEmpty() && !options.uid().equals(uid)) {
      throw precondition(kind, there, "UID", options.uid(), uid);
    }
    String version = Long.toString(there.version());
    if (!options.version().isEmpty() && !options.version().equals(version)) {
      throw precondition(kind, there, "ResourceVersion", options.version(), version);
    }
  }

  private static ApiFault precondition(
      Kind kind, Stored there, String what, String wanted, String is) {
    return ApiFault.conflict(
        kind.group(),
        kind.kind(),
        there.key().name(),
        "the "
            + what
            + " in the precondition ("
            + wanted
            + ") does not match the "
            + what
            + " in record ("
            + is
            + "). The object might have been deleted and then recreated");
  }

  /** Deletes what lies in a namespace; it goes itself with the last object. */
  private void empty(String namespace) {
    for (Kind kind : kinds.all()) {
      if (kind.isNamespaced() && kind.origin() != Kind.Origin.VIEW) {
        for (Stored stored :
            store.list(kind.group(), kind.plural(), Optional.of(namespace)).items()) {
          store.change(
              stored.key(),
              before ->
                  before.isEmpty()
                      ? new Write.Keep()
                      : decide(
                          kind, before.get(), new Options(OptionalLong.empty(), "", "", false)));
        }
      }
    }
    finish(namespace);
  }

  /** After a write in a namespace: it may have been the last object of one that is to go. */
  void finishIfEnding(String namespace) {
    boolean isEnding =
        store
            .get(new ObjectKey("", "namespaces", "", namespace))
            .filter(stored -> Metadata.isBeingDeleted(stored.object()))
            .isPresent();
    if (isEnding) {
      finish(namespace);
    }
  }

  /** Removes a namespace that is being deleted and has no content any more. */
  private void finish(String namespace) {
    store.change(
        new ObjectKey("", "namespaces", "", namespace),
        before ->
            before.isPresent()
                    && Metadata.isBeingDeleted(before.get().object())
                    && isEmpty(namespace)
                ? new Write.Delete()
                : new Write.Keep());
  }

  private boolean isEmpty(String namespace) {
    return store.all().stream().noneMatch(stored -> stored.key().namespace().equals(namespace));
  }

  private static ObjectNode success(Kind kind, Stored there) {
    ObjectNode status = JSON.createObjectNode().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    status.put("status", "Success");
    ObjectNode details = status.putObject("details").put("name", there.key().name());
    if (!kind.group().isEmpty()) {
      details.put("group", kind.group());
    }
    details.put("kind", kind.plural()).put("uid", Metadata.text(there.object(), "uid"));
    return status;
  }
}
