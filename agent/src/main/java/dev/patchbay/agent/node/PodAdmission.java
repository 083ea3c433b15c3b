package dev.patchbay.agent.node;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What a node of ours cannot do for a pod, said once and clearly instead of half done. */
final class PodAdmission {
  static final String REASON = "NotServed";

  private PodAdmission() {}

  /** Why the pod is refused; empty when it is not. */
  static Optional<String> refusal(PodView pod) {
    for (JsonNode volume : pod.spec().path("volumes")) {
      return Optional.of(
          "spec.volumes: volume \""
              + volume.path("name").asString("")
              + "\": this node serves no volumes; leave them out, or use cluster mode");
    }
    for (String list : new String[] {"initContainers", "containers"}) {
      for (JsonNode container : pod.spec().path(list)) {
        if (!container.path("volumeMounts").isEmpty()
            || !container.path("volumeDevices").isEmpty()) {
          return Optional.of(
              "spec."
                  + list
                  + ": container \""
                  + container.path("name").asString("")
                  + "\" mounts volumes, which this node does not serve; leave them out");
        }
      }
    }
    boolean asks = pod.vpc().isPresent() || !pod.nics().isEmpty();
    return asks && pod.spec().path("hostNetwork").asBoolean(false)
        ? Optional.of(
            "spec.hostNetwork: a pod with the host's network has no NICs of its own; leave out"
                + " hostNetwork, or vpc and nics")
        : Optional.empty();
  }
}
