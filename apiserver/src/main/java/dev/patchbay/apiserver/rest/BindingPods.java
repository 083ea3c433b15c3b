package dev.patchbay.apiserver.rest;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.store.ObjectKey;
import dev.patchbay.apiserver.store.ObjectStore;
import dev.patchbay.apiserver.store.Write;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pod's subresource {@code binding}: how it gets its node, which no patch may do.
 *
 * @param store where pods are
 * @param clock for the condition's time
 */
record BindingPods(ObjectStore store, Clock clock) {
  static final String SUBRESOURCE = "binding";

  /** Binds a pod that has no node yet; throws ApiFault 409 when it has one. */
  Answer bind(Exchange exchange, Route.Objects at) throws IOException {
    ObjectNode binding = (ObjectNode) Bodies.object(exchange.mediaType(), exchange.body()).tree();
    String node = binding.at("/target/name").asString("");
    if (node.isEmpty()) {
      throw ApiFault.badRequest("target.name is missing; write the node's name");
    }
    String name = at.name().orElseThrow();
    var key = new ObjectKey(at.kind().group(), at.kind().plural(), at.space(), name);
    store.change(
        key,
        before -> {
          ObjectNode pod =
              before.orElseThrow(() -> Reading.notFound(store, at)).object().deepCopy();
          String uid = Metadata.text(binding, "uid");
          if (!uid.isEmpty() && !uid.equals(Metadata.text(pod, "uid"))) {
            throw ApiFault.conflict("", "pods", name, "the pod is another one of the same name");
          }
          String bound = pod.at("/spec/nodeName").asString("");
          if (!bound.isEmpty()) {
            throw ApiFault.conflict(
                "",
                "pods/binding",
                name,
                "pod " + name + " is already assigned to node \"" + bound + "\"");
          }
          pod.withObjectProperty("spec").put("nodeName", node);
          scheduled(pod);
          return new Write.Put(pod);
        });
    ObjectNode status =
        JsonMapper.shared().createObjectNode().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    return new Answer(201, status.put("status", "Success").put("code", 201), List.of());
  }

  private void scheduled(ObjectNode pod) {
    ArrayNode conditions = pod.withObjectProperty("status").withArrayProperty("conditions");
    for (int index = conditions.size() - 1; index >= 0; index--) {
      if (conditions.get(index).path("type").asString("").equals("PodScheduled")) {
        conditions.remove(index);
      }
    }
    conditions
        .addObject()
        .put("type", "PodScheduled")
        .put("status", "True")
        .put("lastTransitionTime", Metadata.now(clock));
  }
}
