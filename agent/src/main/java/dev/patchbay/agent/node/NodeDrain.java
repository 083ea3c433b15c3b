package dev.patchbay.agent.node;

import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.cni.json.Json;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.nic.Owner;
import dev.patchbay.cri.PodIdentity;
import dev.patchbay.cri.Sandbox;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * Ends the pods of this node for good, and only those: what the API bound to it, sandboxes that
 * bear its label, and the namespaces that it made. The same runtime and the same journal may serve
 * strangers too.
 *
 * @param node its name
 * @param parts journal and namespaces
 * @param runtime has sandboxes; empty where there is none
 * @param cache the API's pods
 * @param ending ends a pod
 */
record NodeDrain(
    String node,
    NodeParts parts,
    Optional<ContainerRuntime> runtime,
    PodCache cache,
    Function<PodView, PodTurn> ending) {

  /** Ends all of them, one after another, without their grace. */
  NodeRole.Drained run() {
    List<String> left = new ArrayList<>();
    Map<String, PodView> ours = ours(left);
    ours.forEach((uid, pod) -> {
      // as a pod that the API has no more: nobody waits for its grace
      PodView _ = cache.find(uid).orElseGet(() -> heard(pod));
      cache.deleted(uid);
      if (ending.apply(pod) instanceof PodTurn.Failed(var why)) {
        left.add("pod " + (pod.name().name().isEmpty() ? uid : pod) + ": " + why);
      }
    });
    List<String> strangers =
        parts.journal().all().stream()
            .filter(nic -> nic.state() != NicState.DETACHED && !nic.isLoopback())
            .filter(
                nic -> !(nic.key().owner() instanceof Owner.Pod(var uid) && ours.containsKey(uid)))
            .map(NodeDrain::text)
            .toList();
    return new NodeRole.Drained(left, strangers);
  }

  private PodView heard(PodView pod) {
    boolean _ = cache.heard(pod.object());
    return pod;
  }

  /** By UID; what cannot be looked for is left. */
  private Map<String, PodView> ours(List<String> left) {
    Map<String, PodView> ours = new LinkedHashMap<>();
    for (String uid : cache.uids()) {
      cache
          .find(uid)
          .filter(pod -> pod.nodeName().equals(node))
          .ifPresent(pod -> ours.put(uid, pod));
    }
    try {
      if (runtime.isPresent()) {
        for (Sandbox sandbox : runtime.get().sandboxes(Map.of(ContainerMaking.NODE_LABEL, node))) {
          ours.putIfAbsent(sandbox.pod().uid(), stray(sandbox.pod(), node, false));
        }
      }
    } catch (RuntimeTrouble e) {
      left.add("sandboxes: " + e.text());
    }
    try {
      for (String uid : parts.namespaces().listed()) {
        ours.putIfAbsent(uid, stray(new PodIdentity("", "", uid), node, true));
      }
    } catch (IOException e) {
      left.add("namespaces of pods: " + e.getMessage());
    }
    return ours;
  }

  /** A pod that the API does not know, as far as what is left of it needs one. */
  static PodView stray(PodIdentity pod, String node, boolean vm) {
    ObjectNode stray = Json.newObject();
    stray
        .putObject("metadata")
        .put("uid", pod.uid())
        .put("name", pod.name())
        .put("namespace", pod.namespace());
    ObjectNode spec = stray.putObject("spec").put("nodeName", node);
    if (vm) {
      spec.putObject("virtualMachine");
    }
    return new PodView(stray);
  }

  private static String text(NicRecord nic) {
    return nic.key().nic() + " of " + nic.caller().pod().orElse(nic.key().owner().toString());
  }
}
