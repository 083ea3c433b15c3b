package dev.patchbay.kube.client;

import tools.jackson.databind.node.ObjectNode;

/**
 * Hears of objects, one call after another, in the order in which the API changed them. Calls
 * should return quickly: the next change waits for them.
 */
public interface KubeListener {
  /**
   * The object is there in this form, which the listener may keep but must not change. Several
   * changes may come as one.
   */
  void changed(ObjectNode object);

  /** The object is gone; this is the last form that was seen. */
  void deleted(ObjectNode last);

  /** The API cannot be watched now; it is tried again for ever. */
  default void interrupted(KubeFailure why) {}
}
