package dev.patchbay.apiserver.patch;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON merge patch (RFC 7396). */
public final class MergePatch {
  private MergePatch() {}

  /** The object after the patch; neither argument is changed. */
  public static ObjectNode apply(ObjectNode object, ObjectNode patch) {
    ObjectNode result = object.deepCopy();
    merge(result, patch);
    return result;
  }

  private static void merge(ObjectNode into, ObjectNode patch) {
    patch
        .properties()
        .forEach(entry -> {
          JsonNode value = entry.getValue();
          if (value.isNull()) {
            into.remove(entry.getKey());
          } else if (value instanceof ObjectNode below) {
            ObjectNode target =
                into.path(entry.getKey()) instanceof ObjectNode there ? there : into.objectNode();
            merge(target, below);
            into.set(entry.getKey(), target);
          } else {
            into.set(entry.getKey(), value.deepCopy());
          }
        });
  }
}
