package dev.patchbay.agent.simulation;

import dev.patchbay.core.plan.Op;
import dev.patchbay.core.plan.OpText;

/** The agent has been killed here, as by {@code kill -9}; only the simulation may catch it. */
final class AgentDied extends Error {
  AgentDied(Op op) {
    super("killed at: " + OpText.of(op));
  }
}
