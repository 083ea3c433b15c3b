package dev.patchbay.agent.api;

import tools.jackson.databind.node.ObjectNode;

/** One thing that the command line may ask. */
@FunctionalInterface
interface Verb {
  /** Does it; throws {@link Refusal} or CniException for what cannot be done. */
  ObjectNode answer(Ask ask);
}
