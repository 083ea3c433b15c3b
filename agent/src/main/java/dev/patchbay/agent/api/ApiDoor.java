package dev.patchbay.agent.api;

import dev.patchbay.agent.socket.AgentSocket;
import dev.patchbay.agent.socket.Cancellation;
import dev.patchbay.agent.socket.Frames;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands at the agent's one socket: what the command line asks goes to the {@link ApiServer}, what
 * a runtime asks goes on to the CNI side. Until the agent has recovered, the command line is told
 * so at once.
 */
public final class ApiDoor implements AgentSocket.Answerer {
  private static final String CNI_COMMAND = "CNI_COMMAND";

  private static final AgentSocket.Answerer RECOVERING =
      (_, _) ->
          ApiServer.refused(1, "the agent is still recovering\nnext: patchbay check, in a moment");

  private final AgentSocket.Answerer cni;
  private final AtomicReference<AgentSocket.Answerer> api = new AtomicReference<>(RECOVERING);

  /** A door that is closed for the command line. */
  public ApiDoor(AgentSocket.Answerer cni) {
    this.cni = cni;
  }

  /** From now on the command line is answered. */
  public void open(ApiServer server) {
    api.set(server);
  }

  @Override
  public Frames.Reply answer(Frames.Request request, Cancellation cancellation) {
    return side(request).answer(request, cancellation);
  }

  @Override
  public Frames.Reply busy(Frames.Request request) {
    return side(request).busy(request);
  }

  /** A shim forwards its whole environment, so a runtime's request may carry our variable too. */
  private AgentSocket.Answerer side(Frames.Request request) {
    return request.environment().containsKey(ApiServer.VERB)
            && !request.environment().containsKey(CNI_COMMAND)
        ? api.get()
        : cni;
  }
}
