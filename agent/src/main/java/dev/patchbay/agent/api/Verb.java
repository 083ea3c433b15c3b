package dev.patchbay.agent.api;

import tools.jackson.databind.node.ObjectNode;

/** One thing that the command line may ask. */
@FunctionalInterface
public interface Verb {
  /** Does it; throws CniException, or what says what to type next, for what cannot be done. */
  ObjectNode answer(Ask ask);
}
