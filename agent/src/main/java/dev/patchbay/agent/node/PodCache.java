package dev.patchbay.agent.node;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The pods of this node by UID, as new as they were ever seen: what a write returned counts before
 * an older event.
 */
final class PodCache {
  private final Map<String, ObjectNode> pods = new ConcurrentHashMap<>();
  private final Map<String, JsonNode> asked = new ConcurrentHashMap<>();
  private final Map<String, Boolean> gone = new ConcurrentHashMap<>();

  Optional<PodView> find(String uid) {
    return Optional.ofNullable(pods.get(uid)).map(PodView::new);
  }

  /** Whether the API has it no more. */
  boolean isGone(String uid) {
    return gone.containsKey(uid);
  }

  List<String> uids() {
    return List.copyOf(pods.keySet());
  }

  /** What a write returned. */
  void wrote(ObjectNode pod) {
    pods.merge(
        new PodView(pod).uid(),
        pod,
        (known, next) -> version(known) > version(next) ? known : next);
  }

  /**
   * What the API told of itself; true when something in it is news to a node, which its own writes
   * of status are not.
   */
  boolean heard(ObjectNode pod) {
    wrote(pod);
    JsonNode now = isAsked(pod);
    return !now.equals(asked.put(new PodView(pod).uid(), now));
  }

  private static JsonNode isAsked(ObjectNode pod) {
    ObjectNode asked = pod.objectNode();
    asked.set("spec", pod.path("spec"));
    for (String key : List.of("labels", "annotations", "deletionTimestamp", "finalizers")) {
      asked.set(key, pod.path("metadata").path(key));
    }
    return asked;
  }

  private static long version(ObjectNode pod) {
    try {
      return Long.parseLong(pod.path("metadata").path("resourceVersion").asString("0"));
    } catch (NumberFormatException _) {
      return 0; // opaque to clients by contract: then the latest one counts
    }
  }

  /** The API has it no more; what is left of it on the node is still to be cleared. */
  void deleted(String uid) {
    gone.put(uid, true);
  }

  void forget(String uid) {
    pods.remove(uid);
    asked.remove(uid);
    gone.remove(uid);
  }
}
