package dev.patchbay.apiserver.stream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One process at the other end of a WebSocket. A message is read when the one before is done with,
 * and written when the one before is sent: a side that does not read holds the other back. (A
 * client whose input is held back gets no answer to its pings either; kubectl bears that for a
 * minute.)
 *
 * <p>Public because Jetty finds its methods by reflection.
 */
public final class ProcessSocket implements Session.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessSocket.class);
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int LARGEST_MESSAGE = 1 << 20;
  private static final int BLOCK = 32 << 10;
  // as kubelet; a client that pings is never idle
  private static final Duration IDLE = Duration.ofHours(4);
  private static final Duration GOODBYE = Duration.ofSeconds(10);

  private final ChannelProtocol protocol;
  private final Start start;
  private final ReentrantLock sending = new ReentrantLock();
  private @Nullable Session session;
  private volatile @Nullable RemoteProcess process;
  private volatile boolean gone;

  /** Begins the process, once the client listens. */
  @FunctionalInterface
  interface Start {
    RemoteProcess start() throws StreamRefusal;
  }

  ProcessSocket(ChannelProtocol protocol, Start start) {
    this.protocol = protocol;
    this.start = start;
  }

  @Override
  public void onWebSocketOpen(Session opened) {
    opened.setMaxBinaryMessageSize(LARGEST_MESSAGE);
    opened.setIdleTimeout(IDLE);
    session = opened;
    Thread.ofVirtual().name("process of a WebSocket").start(() -> run(opened));
  }

  private void run(Session to) {
    try {
      byte[] end;
      try (RemoteProcess running = start.start()) {
        process = running;
        if (gone) {
          return;
        }
        to.demand();
        Thread stderr =
            Thread.startVirtualThread(() -> pump(to, running.stderr(), ChannelProtocol.STDERR));
        pump(to, running.stdout(), ChannelProtocol.STDOUT);
        stderr.join();
        end = StatusJson.of(running.await());
      } catch (StreamRefusal e) {
        end = StatusJson.of(e);
      }
      if (gone) {
        return;
      }
      send(to, ChannelProtocol.ERROR, end, end.length);
      to.setIdleTimeout(GOODBYE);
      to.close(StatusCode.NORMAL, "", Callback.NOOP);
    } catch (IOException e) {
      LOG.debug("the client of a process is gone", e);
      to.disconnect();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      to.disconnect();
    } catch (RuntimeException e) {
      LOG.error("the streams of a process failed", e);
      to.close(StatusCode.SERVER_ERROR, "", Callback.NOOP);
    }
  }

  private void pump(Session to, InputStream from, int channel) {
    byte[] block = new byte[BLOCK];
    try (from) {
      for (int count = from.read(block); count >= 0; count = from.read(block)) {
        send(to, channel, block, count);
      }
    } catch (IOException e) {
      // Closing the stream lets the process go on; its end, or the client's, is told elsewhere.
      LOG.debug("channel {} ended early", channel, e);
    }
  }

  private void send(Session to, int channel, byte[] bytes, int length) throws IOException {
    ByteBuffer message = ByteBuffer.allocate(length + 1);
    message.put((byte) channel).put(bytes, 0, length).flip();
    sending.lock();
    try {
      Callback.Completable.with(sent -> to.sendBinary(message, sent)).join();
    } catch (CompletionException e) {
      throw new IOException("cannot send: " + e.getCause(), e);
    } finally {
      sending.unlock();
    }
  }

  @Override
  public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
    byte[] message = new byte[payload.remaining()];
    payload.get(message);
    callback.succeed();
    // Not on the server's thread: a process that does not read makes this wait.
    Thread.startVirtualThread(() -> {
      RemoteProcess to = process;
      Session from = session;
      if (to != null && from != null) {
        take(to, message);
        from.demand();
      }
    });
  }

  private void take(RemoteProcess to, byte[] message) {
    if (message.length == 0) {
      return;
    }
    try {
      switch (message[0] & 0xff) {
        case ChannelProtocol.STDIN -> {
          to.stdin().write(message, 1, message.length - 1);
          to.stdin().flush();
        }
        case ChannelProtocol.RESIZE -> resize(to, message);
        case ChannelProtocol.CLOSE -> {
          if (protocol.closesChannels()
              && message.length > 1
              && message[1] == ChannelProtocol.STDIN) {
            to.stdin().close();
          }
        }
        // what the client may not write, or what a newer one writes
        default -> LOG.debug("message on channel {} left out", message[0] & 0xff);
      }
    } catch (IOException e) {
      // Who writes to a process that ended learns of the end, which is on its way.
      LOG.debug("input of a process that ended", e);
    }
  }

  private static void resize(RemoteProcess to, byte[] message) throws IOException {
    try {
      JsonNode size = JSON.readTree(message, 1, message.length - 1);
      int columns = size.path("Width").asInt(0);
      int rows = size.path("Height").asInt(0);
      if (columns > 0 && columns < 1 << 16 && rows > 0 && rows < 1 << 16) {
        to.resize(columns, rows);
      }
    } catch (JacksonException e) {
      LOG.debug("a window size that is none", e);
    }
  }

  @Override
  public void onWebSocketText(String message) {
    letGo();
    Session from = session;
    if (from != null) {
      from.close(StatusCode.BAD_DATA, "binary messages only", Callback.NOOP);
    }
  }

  @Override
  public void onWebSocketClose(int code, String reason, Callback callback) {
    letGo();
    callback.succeed();
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    LOG.debug("a WebSocket of a process broke", cause);
    letGo();
  }

  private void letGo() {
    gone = true;
    RemoteProcess running = process;
    if (running != null) {
      running.close();
    }
  }
}
