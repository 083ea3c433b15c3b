package dev.patchbay.agent.cni;

import dev.patchbay.agent.socket.AgentSocket;
import dev.patchbay.agent.socket.Cancellation;
import dev.patchbay.agent.socket.Frames;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.version.CniVersion;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Stands before the server until the agent has recovered and drained the spool: the socket is there
 * from the first moment, but no ADD comes before that; what can wait, waits.
 */
public final class Gate implements AgentSocket.Answerer {
  private static final String COMMAND = "CNI_COMMAND";

  private final CompletableFuture<AgentSocket.Answerer> server = new CompletableFuture<>();
  private final Duration patience;

  /** A closed gate; requests that can wait do so for that long. */
  public Gate(Duration patience) {
    this.patience = patience;
  }

  /** From now on requests go to the server. */
  public void open(AgentSocket.Answerer behind) {
    server.complete(behind);
  }

  @Override
  public Frames.Reply answer(Frames.Request request, Cancellation cancellation) {
    String command = request.environment().getOrDefault(COMMAND, "");
    boolean atOnce = command.equals("ADD") || command.equals("STATUS");
    if (atOnce && !server.isDone()) {
      return recovering(command);
    }
    try {
      return server.get(patience.toMillis(), TimeUnit.MILLISECONDS).answer(request, cancellation);
    } catch (TimeoutException | ExecutionException _) {
      return recovering(command);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return recovering(command);
    }
  }

  private static Frames.Reply recovering(String command) {
    int code = command.equals("STATUS") ? CniError.NOT_AVAILABLE : CniError.TRY_AGAIN_LATER;
    return CniServer.refusal(
        new CniError(code, "the patchbay agent is still recovering", "the runtime tries again"),
        CniVersion.V1_0_0);
  }

  @Override
  public Frames.Reply busy(Frames.Request request) {
    return CniServer.refusal(
        new CniError(
            CniError.TRY_AGAIN_LATER,
            "too many requests at once",
            "the runtime tries again; see \"parallel\" and \"waiting\" of the agent's configuration"),
        CniVersion.V1_0_0);
  }
}
