package dev.patchbay.apiserver.rest;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.fault.Cause;
import dev.patchbay.apiserver.resource.Kind;
import dev.patchbay.apiserver.schema.Defaults;
import dev.patchbay.apiserver.schema.Validation;
import dev.patchbay.apiserver.store.Write;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * The last steps of every write, whatever it began with: what the server fills in, what it keeps,
 * and what must hold.
 *
 * @param clock for timestamps
 */
record Finishing(Clock clock) {
  private static final List<String> ENVELOPE = List.of("apiVersion", "kind", "metadata", "status");

  /** A new object as it will be stored; throws ApiFault when it may not be. */
  ObjectNode created(Kind kind, ObjectNode object) {
    ObjectNode metadata = Metadata.of(object);
    List.of("managedFields", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds")
        .forEach(metadata::remove);
    metadata.put("uid", UUID.randomUUID().toString());
    metadata.put("creationTimestamp", Metadata.now(clock));
    metadata.remove("generation");
    if (kind.countsGenerations()) {
      metadata.put("generation", 1);
    }
    if (kind.hasStatus()) {
      object.remove("status");
    }
    settle(kind, object);
    kind.rules().fillInNew(object);
    List<Cause> causes = new ArrayList<>(Metadata.wrong(object, kind));
    causes.addAll(schemaSays(kind, object));
    causes.addAll(kind.rules().wrongWhenCreated(object));
    refuse(kind, object, causes);
    return object;
  }

  /**
   * What to write of a changed object.
   *
   * @param before as stored
   * @param after as the client wants it; given up
   * @param status whether only the status may change
   */
  Write changed(Kind kind, ObjectNode before, ObjectNode after, boolean status) {
    ObjectNode next = status ? onlyStatus(kind, before, after) : allButStatus(kind, before, after);
    Metadata.keepOurs(before, next);
    kind.rules().keep(before, next);
    settle(kind, next);
    List<Cause> causes = new ArrayList<>(Metadata.wrong(next, kind));
    causes.addAll(schemaSays(kind, next));
    if (!status) {
      causes.addAll(kind.rules().wrongWhenChanged(before, next));
    }
    refuse(kind, next, causes);
    if (kind.countsGenerations() && !contents(before).equals(contents(next))) {
      long generation = before.at("/metadata/generation").asLong(0);
      Metadata.of(next).put("generation", generation + 1);
    }
    Metadata.of(next).set("resourceVersion", before.at("/metadata/resourceVersion"));
    if (next.equals(before)) {
      return new Write.Keep();
    }
    boolean isOver =
        Metadata.isBeingDeleted(next)
            && !Metadata.hasFinalizers(next)
            && next.at("/metadata/deletionGracePeriodSeconds").asLong(0) == 0;
    return isOver ? new Write.Delete() : new Write.Put(next);
  }

  private static ObjectNode allButStatus(Kind kind, ObjectNode before, ObjectNode after) {
    if (kind.hasStatus()) {
      after.remove("status");
      if (before.has("status")) {
        after.set("status", before.get("status"));
      }
    }
    return after;
  }

  /** Metadata through status: a pod's is stored, a custom resource's is not. */
  private static ObjectNode onlyStatus(Kind kind, ObjectNode before, ObjectNode after) {
    ObjectNode next = before.deepCopy();
    next.remove("status");
    if (after.has("status")) {
      next.set("status", after.get("status"));
    }
    if (kind.origin() == Kind.Origin.CORE) {
      ObjectNode metadata = Metadata.of(next);
      for (String field : List.of("labels", "annotations", "finalizers", "ownerReferences")) {
        metadata.remove(field);
        if (after.path("metadata").has(field)) {
          metadata.set(field, after.path("metadata").get(field));
        }
      }
    }
    return next;
  }

  private static void settle(Kind kind, ObjectNode object) {
    object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    ObjectNode metadata = Metadata.of(object);
    for (String field : List.of("labels", "annotations", "finalizers", "ownerReferences")) {
      if (metadata.path(field).isNull() || metadata.path(field).isEmpty()) {
        metadata.remove(field);
      }
    }
    if (kind.origin() == Kind.Origin.CUSTOM) {
      Defaults.fill(object, kind.schema());
    }
    kind.rules().fillIn(object);
  }

  private static List<Cause> schemaSays(Kind kind, ObjectNode object) {
    return kind.origin() == Kind.Origin.CUSTOM
        ? Validation.wrong(object, kind.schema())
        : List.of();
  }

  private static void refuse(Kind kind, ObjectNode object, List<Cause> causes) {
    if (!causes.isEmpty()) {
      throw ApiFault.invalid(kind.group(), kind.kind(), Metadata.text(object, "name"), causes);
    }
  }

  /** What a generation counts. */
  private static ObjectNode contents(ObjectNode object) {
    ObjectNode rest = object.deepCopy();
    rest.remove(ENVELOPE);
    return rest;
  }
}
