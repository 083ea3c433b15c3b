package dev.patchbay.agent.reconcile;

import dev.patchbay.agent.socket.Cancellation;
import java.util.Map;

/**
 * The circumstances of one request.
 *
 * @param verb what is done, as stories name it: add, del, plug, unplug, gc, recover
 * @param environment the caller's environment, for delegates
 * @param cancellation whether the caller has gone away
 */
public record Operation(String verb, Map<String, String> environment, Cancellation cancellation) {
  /** An operation that nobody waits for. */
  public static Operation unattended(String verb) {
    return new Operation(verb, Map.of(), new Cancellation());
  }
}
