package dev.patchbay.apiserver.admission;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.fault.Cause;
import dev.patchbay.apiserver.resource.Rules;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * There is one node: the machine that the API runs on.
 *
 * @param name its name
 */
record NodeRules(String name) implements Rules {
  @Override
  public List<Cause> wrongWhenCreated(ObjectNode object) {
    String asked = object.at("/metadata/name").asString("");
    if (asked.equals(name)) {
      return List.of();
    }
    throw ApiFault.forbidden(
        ApiFault.Details.of("", "nodes", asked),
        "nodes \""
            + asked
            + "\" is forbidden: standalone mode has one node, "
            + name
            + "; for more, see docs/standalone.md: cluster mode");
  }
}
