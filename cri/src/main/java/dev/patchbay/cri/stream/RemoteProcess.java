package dev.patchbay.cri.stream;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A process inside a container. Its streams block their callers, so that no more than a bound of
 * each is in memory; each may be used by a thread of its own. All of them share one connection: who
 * reads only one of two outputs may wait for ever, as with a child process, and the end is seen
 * only once what was printed before is read.
 */
public final class RemoteProcess implements AutoCloseable {
  // client-initiated SPDY streams have odd numbers, in the order they are opened
  private static final int ERROR = 1;
  private static final int STDIN = 3;
  private static final int STDOUT = 5;
  private static final int STDERR = 7;
  private static final int RESIZE = 9;

  private static final int UNREAD_BYTES = 256 << 10;
  private static final int FRAME_BYTES = 32 << 10;
  private static final int RESULT_BYTES = 64 << 10;

  private final SpdyConnection connection;
  private final Streams streams;
  private final BoundedPipe stdout;
  private final BoundedPipe stderr;
  private final OutputStream stdin;
  private final ByteArrayOutputStream result = new ByteArrayOutputStream();
  private final CompletableFuture<ProcessEnd> end = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private RemoteProcess(SpdyConnection connection, Streams streams) {
    this.connection = connection;
    this.streams = streams;
    stdout = streams.stdout() ? new BoundedPipe(UNREAD_BYTES) : BoundedPipe.empty();
    stderr = streams.stderr() ? new BoundedPipe(UNREAD_BYTES) : BoundedPipe.empty();
    stdin = streams.stdin() ? new Stdin() : OutputStream.nullOutputStream();
  }

  /**
   * Connects to where the runtime serves the process.
   *
   * @param url what the runtime answered to Exec or Attach; it serves for one connection
   */
  public static RemoteProcess open(URI url, Streams streams) throws IOException {
    SpdyConnection connection = SpdyConnection.open(url);
    RemoteProcess process = new RemoteProcess(connection, streams);
    try {
      process.openStreams();
    } catch (IOException e) {
      connection.close();
      throw e;
    }
    Thread.ofVirtual().name("streams of " + url.getAuthority()).start(process::receive);
    return process;
  }

  // The server waits until all streams that the request implies are open.
  private void openStreams() throws IOException {
    connection.open(ERROR, "error");
    if (streams.stdin()) {
      connection.open(STDIN, "stdin");
    }
    if (streams.stdout()) {
      connection.open(STDOUT, "stdout");
    }
    if (streams.stderr()) {
      connection.open(STDERR, "stderr");
    }
    if (streams.tty()) {
      connection.open(RESIZE, "resize");
    }
  }

  /** Its standard input; closing it is the end of file there and leaves the other streams open. */
  public OutputStream stdin() {
    return stdin;
  }

  /** Its standard output, or its terminal. */
  public InputStream stdout() {
    return stdout;
  }

  /** Its standard error. */
  public InputStream stderr() {
    return stderr;
  }

  /** Tells its terminal the window's size; without a terminal, nothing happens. */
  public void resize(int columns, int rows) throws IOException {
    if (streams.tty()) {
      byte[] size =
          "{\"Width\":%d,\"Height\":%d}\n"
              .formatted(columns, rows)
              .getBytes(StandardCharsets.US_ASCII);
      connection.send(RESIZE, size, 0, size.length);
    }
  }

  /** Waits until it ended; its streams may still hold what it printed last. */
  public ProcessEnd await() throws InterruptedException {
    try {
      return end.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an end is never exceptional", e);
    }
  }

  /**
   * Lets go: every stream ends. The process is not killed, no runtime offers that: it sees the end
   * of its input, or of its terminal, and a closed output.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      stdout.close();
      stderr.close();
      try {
        connection.close();
      } catch (IOException e) {
        end.complete(new ProcessEnd.Lost("closing failed: " + e.getMessage()));
      }
    }
  }

  private void receive() {
    String why = "the runtime ended the connection without a result";
    try (connection) {
      Optional<SpdyFrame> frame = connection.next();
      while (frame.isPresent()) {
        take(frame.get());
        frame = connection.next();
      }
    } catch (IOException e) {
      why = closed.get() ? "closed here" : "the connection broke: " + e.getMessage();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      why = "interrupted";
    } finally {
      settle();
      end.complete(new ProcessEnd.Lost(why));
      stdout.end();
      stderr.end();
    }
  }

  private void take(SpdyFrame frame) throws InterruptedException {
    try {
      switch (frame) {
        case SpdyDataFrame data -> {
          route(data.streamId(), ByteBufUtil.getBytes(data.content()));
          endOfStream(data);
        }
        case SpdyRstStreamFrame reset -> ended(reset.streamId());
        case SpdyStreamFrame other -> endOfStream(other);
        // Not on this thread: who waits for room to answer would no longer make room.
        case SpdyPingFrame ping -> Thread.startVirtualThread(() -> pong(ping.id()));
        // SETTINGS and GOAWAY ask nothing of us, and so does what is unknown.
        default -> {}
      }
    } finally {
      ReferenceCountUtil.release(frame);
    }
  }

  private void route(int stream, byte[] bytes) throws InterruptedException {
    switch (stream) {
      case STDOUT -> stdout.put(bytes);
      case STDERR -> stderr.put(bytes);
      case ERROR -> result.write(bytes, 0, Math.min(bytes.length, RESULT_BYTES - result.size()));
      default -> {}
    }
  }

  private void endOfStream(SpdyStreamFrame frame) {
    if (frame.isLast()) {
      ended(frame.streamId());
    }
  }

  private void ended(int stream) {
    switch (stream) {
      case STDOUT -> stdout.end();
      case STDERR -> stderr.end();
      case ERROR -> settle();
      default -> {}
    }
  }

  private void settle() {
    if (result.size() > 0) {
      end.complete(StatusText.read(result.toByteArray()));
    }
  }

  private void pong(int id) {
    try {
      connection.pong(id);
    } catch (IOException e) {
      end.complete(new ProcessEnd.Lost("the connection broke: " + e.getMessage()));
    }
  }

  private final class Stdin extends OutputStream {
    private final AtomicBoolean ended = new AtomicBoolean();

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (ended.get()) {
        throw new IOException("stdin is closed");
      }
      for (int sent = 0; sent < length; sent += FRAME_BYTES) {
        connection.send(STDIN, bytes, offset + sent, Math.min(FRAME_BYTES, length - sent));
      }
    }

    @Override
    public void close() throws IOException {
      if (ended.compareAndSet(false, true) && !closed.get()) {
        connection.end(STDIN);
      }
    }
  }
}
