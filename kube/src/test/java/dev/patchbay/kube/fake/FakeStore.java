package dev.patchbay.kube.fake;

import dev.patchbay.cni.json.Json;
import dev.patchbay.kube.client.KubeDeletion;
import dev.patchbay.kube.client.KubeFailure;
import dev.patchbay.kube.client.KubeName;
import dev.patchbay.kube.client.KubeResource;
import dev.patchbay.kube.client.KubeSelection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** What the fake has stored, and what became of it. */
final class FakeStore {
  private static final int POD_GRACE_SECONDS = 30;
  private final Map<KubeResource, Map<KubeName, ObjectNode>> objects = new HashMap<>();
  private final List<Change> history = new ArrayList<>();
  private long version = 1;
  private long forgotten = 1;
  private int generated;

  record Change(long version, KubeResource resource, boolean deleted, ObjectNode object) {
    ObjectNode event(String type) {
      ObjectNode event = Json.newObject().put("type", type);
      event.set("object", object.deepCopy());
      return event;
    }
  }

  String version() {
    return Long.toString(version);
  }

  void forget() {
    version++;
    forgotten = version;
    history.clear();
  }

  List<Change> after(String from) {
    long after = Long.parseLong(from);
    if (after < forgotten) {
      throw KubeFailure.refused(410, "Expired", "too old resource version: " + from);
    }
    return history.stream().filter(change -> change.version() > after).toList();
  }

  Optional<ObjectNode> find(KubeResource resource, KubeName name) {
    return Optional.ofNullable(of(resource).get(name));
  }

  List<ObjectNode> list(KubeResource resource, KubeSelection selection) {
    return of(resource).values().stream()
        .filter(object -> Matching.matches(selection, object))
        .map(ObjectNode::deepCopy)
        .toList();
  }

  ObjectNode create(KubeResource resource, ObjectNode given) {
    ObjectNode object = given.deepCopy();
    object.put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
    ObjectNode metadata = object.withObject("/metadata");
    if (metadata.path("name").asString("").isEmpty()) {
      metadata.put("name", metadata.path("generateName").asString("") + ++generated);
    }
    KubeName name = KubeName.of(object);
    if (of(resource).containsKey(name)) {
      throw KubeFailure.refused(
          409, "AlreadyExists", resource + " \"" + name.name() + "\" already exists");
    }
    metadata.put("uid", UUID.randomUUID().toString());
    metadata.put("creationTimestamp", now());
    metadata.put("generation", 1);
    return store(resource, object);
  }

  ObjectNode change(KubeResource resource, KubeName name, Consumer<ObjectNode> change) {
    ObjectNode object = require(resource, name).deepCopy();
    change.accept(object);
    return store(resource, object);
  }

  ObjectNode replace(KubeResource resource, ObjectNode given, boolean status) {
    ObjectNode stored = require(resource, KubeName.of(given));
    requireVersion(resource, stored, given.path("metadata").path("resourceVersion").asString(""));
    ObjectNode next = (status ? stored : given).deepCopy();
    next.remove("status");
    if ((status ? given : stored).get("status") instanceof ObjectNode kept) {
      next.set("status", kept.deepCopy());
    }
    for (String key : List.of("uid", "creationTimestamp", "generation")) {
      next.withObject("/metadata").set(key, stored.path("metadata").path(key));
    }
    return store(resource, next);
  }

  ObjectNode patch(KubeResource resource, KubeName name, ObjectNode merge, boolean status) {
    ObjectNode stored = require(resource, name);
    ObjectNode next = stored.deepCopy();
    ObjectNode change = merge.deepCopy();
    if (status) {
      change.retain(List.of("status", "metadata"));
    } else {
      change.remove("status");
    }
    if (change.get("metadata") instanceof ObjectNode metadata) {
      requireVersion(resource, stored, metadata.path("resourceVersion").asString(""));
      requireUid(resource, stored, metadata.path("uid").asString(""));
    }
    MergePatch.apply(next, change);
    return next.equals(stored) ? stored : store(resource, next);
  }

  ObjectNode bind(KubeName pod, String uid, String node) {
    ObjectNode stored = require(KubeResource.PODS, pod);
    requireUid(KubeResource.PODS, stored, uid);
    if (!stored.path("spec").path("nodeName").asString("").isEmpty()) {
      throw KubeFailure.refused(409, "Conflict", "pod " + pod + " is already assigned to a node");
    }
    return change(
        KubeResource.PODS, pod, object -> object.withObject("/spec").put("nodeName", node));
  }

  boolean delete(KubeResource resource, KubeName name, KubeDeletion deletion) {
    Optional<ObjectNode> found = find(resource, name);
    if (found.isEmpty()) {
      return false;
    }
    ObjectNode object = found.get().deepCopy();
    requireUid(resource, object, deletion.uid().orElse(""));
    requireVersion(resource, object, deletion.resourceVersion().orElse(""));
    boolean bound = !object.path("spec").path("nodeName").asString("").isEmpty();
    int usual =
        resource.equals(KubeResource.PODS) && bound
            ? object.path("spec").path("terminationGracePeriodSeconds").asInt(POD_GRACE_SECONDS)
            : 0;
    int grace = deletion.graceSeconds().orElse(usual);
    ObjectNode metadata = object.withObject("/metadata");
    if (grace == 0 && metadata.path("finalizers").isEmpty()) {
      of(resource).remove(name);
      record(resource, object, true);
      return true;
    }
    if (!metadata.has("deletionTimestamp")) {
      metadata.put("deletionTimestamp", now());
      metadata.put("deletionGracePeriodSeconds", grace);
      store(resource, object);
    }
    return true;
  }

  private ObjectNode store(KubeResource resource, ObjectNode object) {
    ObjectNode before = of(resource).get(KubeName.of(object));
    if (before != null && !before.path("spec").equals(object.path("spec"))) {
      ObjectNode metadata = object.withObject("/metadata");
      metadata.put("generation", metadata.path("generation").asInt(1) + 1);
    }
    of(resource).put(KubeName.of(object), object);
    record(resource, object, false);
    return object;
  }

  private void record(KubeResource resource, ObjectNode object, boolean deleted) {
    version++;
    object.withObject("/metadata").put("resourceVersion", version());
    history.add(new Change(version, resource, deleted, object.deepCopy()));
  }

  private ObjectNode require(KubeResource resource, KubeName name) {
    return find(resource, name)
        .orElseThrow(() ->
            KubeFailure.refused(404, "NotFound", resource + " \"" + name.name() + "\" not found"));
  }

  private static void requireVersion(KubeResource resource, ObjectNode stored, String given) {
    require(resource, stored, "resourceVersion", given);
  }

  private static void requireUid(KubeResource resource, ObjectNode stored, String given) {
    require(resource, stored, "uid", given);
  }

  private static void require(KubeResource resource, ObjectNode stored, String key, String given) {
    String there = stored.path("metadata").path(key).asString("");
    if (!given.isEmpty() && !given.equals(there)) {
      throw KubeFailure.refused(
          409,
          "Conflict",
          resource
              + " \""
              + KubeName.of(stored).name()
              + "\": "
              + key
              + " is "
              + there
              + ", not "
              + given);
    }
  }

  private Map<KubeName, ObjectNode> of(KubeResource resource) {
    return objects.computeIfAbsent(resource, _ -> new TreeMap<>());
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
