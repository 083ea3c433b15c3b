package dev.patchbay.kube.fake;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** RFC 7396. */
final class MergePatch {
  private MergePatch() {}

  static void apply(ObjectNode target, ObjectNode patch) {
    for (Map.Entry<String, JsonNode> change : patch.properties()) {
      if (change.getValue().isNull()) {
        target.remove(change.getKey());
      } else if (change.getValue() instanceof ObjectNode deeper) {
        if (!(target.get(change.getKey()) instanceof ObjectNode)) {
          target.putObject(change.getKey());
        }
        apply((ObjectNode) target.get(change.getKey()), deeper);
      } else {
        target.set(change.getKey(), change.getValue().deepCopy());
      }
    }
  }
}
