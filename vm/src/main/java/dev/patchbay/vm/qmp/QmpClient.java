package dev.patchbay.vm.qmp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A connection to a QEMU's monitor. May be used by several threads; events are given to one
 * consumer, in the order in which they came, which must not wait for an answer.
 */
public final class QmpClient implements AutoCloseable {
  /** The longest line taken: query-rx-filter of a guest without driver answers 25 kB. */
  static final int MAX_LINE = 1 << 20;

  private final SocketChannel channel;
  private final Consumer<QmpEvent> events;
  private final CompletableFuture<String> greeting = new CompletableFuture<>();
  private final Map<Long, CompletableFuture<QmpAnswer>> asked = new ConcurrentHashMap<>();
  private final CompletableFuture<IOException> ended = new CompletableFuture<>();
  private final AtomicLong ids = new AtomicLong();
  private final ReentrantLock writing = new ReentrantLock();

  private QmpClient(SocketChannel channel, Consumer<QmpEvent> events) {
    this.channel = channel;
    this.events = events;
  }

  /**
   * Connects and agrees on capabilities.
   *
   * @param socket QEMU's unix socket
   * @param events told each event
   * @param limit how long that may take
   * @throws IOException when nobody listens there, or QEMU does not greet within the limit: it
   *     serves one client of a monitor at a time
   */
  public static QmpClient connect(Path socket, Consumer<QmpEvent> events, Duration limit)
      throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      channel.close();
      throw new IOException("cannot connect to QEMU at " + socket + ": " + e.getMessage(), e);
    }
    QmpClient client = new QmpClient(channel, events);
    Thread.ofVirtual().name("qmp " + socket.getFileName()).start(client::read);
    try {
      client.await("its greeting (is another client connected?)", client.greeting, limit);
      client.execute("qmp_capabilities", Map.of(), limit).orThrow();
      return client;
    } catch (IOException | IllegalStateException e) {
      client.close();
      throw new IOException("QEMU at " + socket + ": " + e.getMessage(), e);
    }
  }

  /** QEMU's version, such as {@code 7.2}. */
  public String version() {
    return greeting.join();
  }

  /**
   * Sends a command and waits for its answer.
   *
   * @param arguments none is left out
   * @throws IOException when the connection has ended, or no answer comes within the limit; whether
   *     the command was done is then unknown
   */
  public QmpAnswer execute(String command, Map<String, ?> arguments, Duration limit)
      throws IOException {
    long id = ids.incrementAndGet();
    var answer = new CompletableFuture<QmpAnswer>();
    asked.put(id, answer);
    try {
      if (ended.isDone()) {
        throw ended.join();
      }
      write(id, command, arguments);
      return await("an answer to " + command, answer, limit);
    } finally {
      asked.remove(id);
    }
  }

  /** Completed, with the reason, when the connection has ended. */
  public CompletableFuture<IOException> ended() {
    return ended.copy();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void write(long id, String command, Map<String, ?> arguments) throws IOException {
    ObjectNode message = QmpMessage.JSON.createObjectNode();
    message.put("execute", command).put("id", id);
    if (!arguments.isEmpty()) {
      message.set("arguments", QmpMessage.JSON.<JsonNode>valueToTree(arguments));
    }
    ByteBuffer bytes = ByteBuffer.wrap((message + "\n").getBytes(UTF_8));
    writing.lock();
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } finally {
      writing.unlock();
    }
  }

  private <T> T await(String what, CompletableFuture<T> answer, Duration limit) throws IOException {
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("waited " + limit + " in vain for " + what, e);
    } catch (ExecutionException e) {
      throw new IOException("the connection ended before " + what + ": " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + what, e);
    }
  }

  private void read() {
    IOException why = new EOFException("QEMU has closed the connection");
    try (channel) {
      var lines = new QmpLines(channel, MAX_LINE);
      for (var line = lines.next(); line.isPresent(); line = lines.next()) {
        dispatch(QmpMessage.of(line.get()));
      }
    } catch (IOException e) {
      why = e;
    } catch (RuntimeException e) {
      why = new IOException("what QEMU sent cannot be used: " + e.getMessage(), e);
    }
    ended.complete(why);
    greeting.completeExceptionally(why);
    for (CompletableFuture<QmpAnswer> waiting : asked.values()) {
      waiting.completeExceptionally(why);
    }
  }

  private void dispatch(QmpMessage message) {
    switch (message) {
      case QmpMessage.Greeting(var version) -> greeting.complete(version);
      case QmpMessage.Happened(var event) -> events.accept(event);
      case QmpMessage.Answer(var id, var answer) -> {
        if (id.isPresent()) {
          var waiting = asked.get(id.getAsLong());
          if (waiting != null) { // else it came too late
            waiting.complete(answer);
          }
        }
      }
    }
  }
}
