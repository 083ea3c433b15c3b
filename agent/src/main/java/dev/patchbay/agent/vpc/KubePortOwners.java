package dev.patchbay.agent.vpc;

import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import dev.patchbay.core.nic.Owner;
import dev.patchbay.core.plan.PortOp;
import dev.patchbay.kube.client.KubeApi;
import dev.patchbay.kube.client.KubeFailure;
import dev.patchbay.kube.client.KubeName;
import dev.patchbay.kube.client.KubeResource;
import dev.patchbay.kube.dialect.AlktronDialect;
import dev.patchbay.vpc.PortOwners;
import dev.patchbay.vpc.StoreAwayException;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Pods that the API knows: as long as one is there and asks for a NIC, the port that was made for
 * that NIC waits for its next sandbox.
 *
 * @param api where pods are
 * @param finished those of which the API does not say yet that they are over
 */
public record KubePortOwners(KubeApi api, FinishedPods finished) implements PortOwners {
  private static final Set<String> OVER = Set.of("Succeeded", "Failed");

  @Override
  public boolean wants(PortOp.Holder holder) {
    int slash = holder.pod().indexOf('/');
    if (slash < 0 || finished.has(holder.owner())) {
      return false;
    }
    var name = new KubeName(holder.pod().substring(0, slash), holder.pod().substring(slash + 1));
    Optional<ObjectNode> pod;
    try {
      pod = api.get(KubeResource.PODS, name);
    } catch (KubeFailure e) {
      throw new StoreAwayException(e.message(), e);
    }
    return pod.filter(there -> isOwner(there, holder) && asks(there, holder.nic().value()))
        .isPresent();
  }

  private static boolean isOwner(ObjectNode pod, PortOp.Holder holder) {
    JsonNode metadata = pod.path("metadata");
    String owner = new Owner.Pod(metadata.path("uid").asString("")).toString();
    boolean leaves = !metadata.path("deletionTimestamp").isMissingNode();
    boolean over = OVER.contains(pod.path("status").path("phase").asString(""));
    return owner.equals(holder.owner()) && !leaves && !over;
  }

  /**
   * Whether the pod's spec or annotations list the NIC; without a list there is one of any name.
   */
  private static boolean asks(ObjectNode pod, String nic) {
    JsonNode spec = pod.path("spec");
    if (!spec.path("vpc").asString("").isEmpty()) {
      return lists(spec.path("nics"), nic);
    }
    JsonNode annotations = pod.path("metadata").path("annotations");
    String list = annotations.path(AlktronDialect.NICS).asString("");
    if (annotations.path(AlktronDialect.VPC).asString("").isEmpty() || list.isEmpty()) {
      return !annotations.path(AlktronDialect.VPC).isMissingNode();
    }
    try {
      return lists(Json.object("{\"nics\":" + list + "}", "NICs").path("nics"), nic);
    } catch (CniException _) {
      return true; // nobody can tell, and a port that stays does less harm
    }
  }

  private static boolean lists(JsonNode nics, String nic) {
    if (nics.isEmpty()) {
      return true;
    }
    int index = 0;
    for (JsonNode one : nics) {
      String name = one.path("name").asString("");
      if (nic.equals(name.isEmpty() ? "eth" + index : name)) {
        return true;
      }
      index++;
    }
    return false;
  }
}
