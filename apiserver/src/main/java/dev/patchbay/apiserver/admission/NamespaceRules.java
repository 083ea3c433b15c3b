package dev.patchbay.apiserver.admission;

import dev.patchbay.apiserver.resource.Rules;
import tools.jackson.databind.node.ObjectNode;

/** A namespace is active until it is deleted. */
record NamespaceRules() implements Rules {
  @Override
  public void fillIn(ObjectNode object) {
    boolean leaves = object.at("/metadata/deletionTimestamp").isString();
    object.withObjectProperty("status").put("phase", leaves ? "Terminating" : "Active");
  }
}
