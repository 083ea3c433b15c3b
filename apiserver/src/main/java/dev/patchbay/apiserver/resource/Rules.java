package dev.patchbay.apiserver.resource;

import dev.patchbay.apiserver.fault.Cause;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What a kind asks of its objects beside their schema. */
public interface Rules {
  /** Nothing more. */
  Rules NONE = new Rules() {};

  /** Fills in what is not said. */
  default void fillIn(ObjectNode object) {}

  /** Fills in what is decided once, when an object is created. */
  default void fillInNew(ObjectNode object) {}

  /**
   * Keeps what only the server decides and what no client may take away.
   *
   * @param before as stored
   * @param after as it would be, to be changed
   */
  default void keep(ObjectNode before, ObjectNode after) {}

  /**
   * What is wrong with a new object.
   *
   * @param object with everything filled in
   */
  default List<Cause> wrongWhenCreated(ObjectNode object) {
    return List.of();
  }

  /**
   * What is wrong with a change of the object beside its status.
   *
   * @param before as stored
   * @param after as it would be
   */
  default List<Cause> wrongWhenChanged(ObjectNode before, ObjectNode after) {
    return List.of();
  }

  /**
   * Refuses a patch before it is merged; throws ApiFault.
   *
   * @param before as stored
   * @param patch the body
   */
  default void refuse(ObjectNode before, ObjectNode patch) {}

  /**
   * Whether the object stays until somebody has cleaned up behind it, as a pod until its node has.
   *
   * @param object as stored
   */
  default boolean isGraceful(ObjectNode object) {
    return false;
  }
}
