package dev.patchbay.agent.node;

import dev.patchbay.cni.json.Json;
import dev.patchbay.kube.client.KubeApi;
import dev.patchbay.kube.client.KubeFailure;
import dev.patchbay.kube.client.KubeResource;
import java.time.Clock;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the status of pods, which nobody else does, and only what is new in it.
 *
 * @param api takes it
 * @param cache is told
 * @param clock for the times in it
 */
record StatusWriter(KubeApi api, PodCache cache, Clock clock) {
  StatusDraft draft(PodView pod) {
    return new StatusDraft(pod, clock.instant());
  }

  /** The pod as it is afterwards; throws KubeFailure unless it is gone. */
  PodView write(PodView pod, StatusDraft draft) {
    if (!draft.isNews()) {
      return pod;
    }
    ObjectNode merge = Json.newObject();
    // a pod made anew under the same name is another one
    merge.putObject("metadata").put("uid", pod.uid());
    merge.set("status", draft.merge());
    try {
      ObjectNode now = api.patchStatus(KubeResource.PODS, pod.name(), merge);
      cache.wrote(now);
      return new PodView(now);
    } catch (KubeFailure e) {
      if (e.isNotFound()) {
        return pod;
      }
      throw e;
    }
  }
}
