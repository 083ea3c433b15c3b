package dev.patchbay.agent.api;

import dev.patchbay.agent.socket.Conversation;
import tools.jackson.databind.node.ObjectNode;

/** One thing that the command line may ask and that goes on after its answer. */
interface TalkVerb {
  /**
   * What came of it.
   *
   * @param answer is sent first
   * @param conversation what the connection carries from then on
   */
  record Opened(ObjectNode answer, Conversation conversation) {}

  /** Begins it; throws what says what to type next for what cannot be done. */
  Opened open(Ask ask);
}
