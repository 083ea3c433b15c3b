package dev.patchbay.agent.api;

import dev.patchbay.agent.socket.Cancellation;
import dev.patchbay.cni.json.Fields;
import java.util.Map;

/**
 * One question.
 *
 * @param fields what was asked
 * @param environment the caller's, for third-party plugins
 * @param cancellation whether the caller has gone away
 */
public record Ask(Fields fields, Map<String, String> environment, Cancellation cancellation) {
  /** Copies the map. */
  public Ask {
    environment = Map.copyOf(environment);
  }
}
