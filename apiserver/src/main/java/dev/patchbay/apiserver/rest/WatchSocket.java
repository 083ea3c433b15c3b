package dev.patchbay.apiserver.rest;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A watch over a WebSocket, one text frame an event, as fabric8's client asks for it first. Public,
 * because Jetty calls it.
 */
public final class WatchSocket implements Session.Listener.AutoDemanding {
  private static final Logger LOG = LoggerFactory.getLogger(WatchSocket.class);
  private static final JsonMapper JSON = JsonMapper.shared();

  /** Clients that only listen are silent for as long as nothing happens. */
  private static final Duration SILENCE = Duration.ofHours(2);

  private final Watch watch;

  /** What is watched. */
  interface Watch {
    void run(Watching.Sink sink) throws IOException, InterruptedException;
  }

  private WatchSocket(Watch watch) {
    this.watch = watch;
  }

  /** Takes over the connection; false, because the container completes the request. */
  static boolean upgrade(Exchange exchange, Callback callback, Watch watch) {
    ServerWebSocketContainer container =
        ServerWebSocketContainer.get(exchange.request().getContext());
    if (container == null
        || !container.upgrade(
            (_, _, _) -> new WatchSocket(watch),
            exchange.request(),
            exchange.response(),
            callback)) {
      throw dev.patchbay.apiserver.fault.ApiFault.badRequest(
          "the WebSocket handshake is not complete");
    }
    return false;
  }

  @Override
  public void onWebSocketOpen(Session session) {
    session.setIdleTimeout(SILENCE);
    Thread.ofVirtual().name("watch").start(() -> run(session));
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    // Most often a client that went without a word; the next event finds out and ends the watch.
    LOG.debug("Patchbay: a watch ends: {}", cause.toString());
  }

  private void run(Session session) {
    try {
      watch.run(event -> send(session, event));
      session.close(StatusCode.NORMAL, "", org.eclipse.jetty.websocket.api.Callback.NOOP);
    } catch (IOException _) {
      session.disconnect(); // the client has gone
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      session.disconnect();
    }
  }

  private static void send(Session session, ObjectNode event) throws IOException {
    if (!session.isOpen()) {
      throw new IOException("the client has gone");
    }
    var sent = new CompletableFuture<Void>();
    session.sendText(
        JSON.writeValueAsString(event),
        org.eclipse.jetty.websocket.api.Callback.from(
            () -> sent.complete(null), sent::completeExceptionally));
    try {
      sent.get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
