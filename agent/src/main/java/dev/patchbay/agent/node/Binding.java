package dev.patchbay.agent.node;

import dev.patchbay.kube.client.KubeApi;
import dev.patchbay.kube.client.KubeFailure;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The scheduler of a single node: a pod belongs here, or its node selector does not fit and it
 * waits.
 *
 * @param api takes the binding
 * @param node our name
 * @param labels what the Node object has now
 * @param writer of status
 * @param events for people
 */
record Binding(
    KubeApi api,
    String node,
    Supplier<Map<String, String>> labels,
    StatusWriter writer,
    NodeEvents events) {
  PodTurn bind(PodView pod) {
    Map<String, String> unmet = NodeObject.unmet(pod, labels.get());
    if (unmet.isEmpty()) {
      try {
        api.bind(pod.name(), pod.uid(), node);
      } catch (KubeFailure e) {
        if (!e.isConflict() && !e.isNotFound()) {
          throw e;
        }
      }
      return new PodTurn.Settled();
    }
    String message =
        "0/1 nodes are available: node \""
            + node
            + "\" does not have "
            + unmet.entrySet().stream()
                .map(Object::toString)
                .sorted()
                .collect(Collectors.joining(", "))
            + " of the pod's nodeSelector; label it (kubectl label node "
            + node
            + " …) or change the pod";
    StatusDraft draft =
        writer
            .draft(pod)
            .phase("Pending")
            .condition("PodScheduled", false, "Unschedulable", message);
    if (draft.isNews()) {
      events.warning(pod, "FailedScheduling", message);
    }
    writer.write(pod, draft);
    return new PodTurn.Settled();
  }
}
