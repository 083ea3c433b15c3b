package dev.patchbay.apiserver.store;

import tools.jackson.databind.node.ObjectNode;

/** What a read-modify-write comes to. */
public sealed interface Write {
  /**
   * The object is this from now on; its metadata.resourceVersion is set by the store.
   *
   * @param object a tree that the caller gives up
   */
  record Put(ObjectNode object) implements Write {}

  /** The object is gone from now on. */
  record Delete() implements Write {}

  /** Nothing is written: the version stays and no watch sees anything. */
  record Keep() implements Write {}
}
