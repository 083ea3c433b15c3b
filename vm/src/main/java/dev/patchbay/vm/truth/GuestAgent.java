package dev.patchbay.vm.truth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The agent in a guest, where there is one (QEMU: docs/interop/qemu-ga): JSON lines over a serial
 * channel that never says whether anybody listens. A guest is not trusted: what it sends is bounded
 * in size, depth and time.
 *
 * @param channel QEMU's unix socket
 * @param limit for a whole conversation; where no agent is, that long is waited in vain
 */
public record GuestAgent(Path channel, Duration limit) {
  /** How long an agent may take: it answers in 4 to 23 ms when it is there. */
  public static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final int LONGEST = 256 * 1024;
  private static final int DEEPEST = 16;
  private static final int DELIMITER = 0xff;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
                  .build())
          .build();

  /**
   * The guest's interfaces; asks each time anew.
   *
   * @throws IOException when nobody answers in time, or what comes is no answer
   */
  public List<AgentView> interfaces() throws IOException {
    try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.connect(UnixDomainSocketAddress.of(channel));
      var answer = new CompletableFuture<List<AgentView>>();
      Thread.ofVirtual()
          .name("guest agent " + channel)
          .start(() -> {
            try {
              answer.complete(talk(socket));
            } catch (IOException | RuntimeException e) {
              answer.completeExceptionally(e);
            }
          });
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("no guest agent has answered within " + limit, e);
    } catch (ExecutionException e) {
      throw new IOException("the guest agent: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a guest agent answers", e);
    }
  }

  /** What an earlier conversation left in the channel ends at the delimiter. */
  private static List<AgentView> talk(SocketChannel socket) throws IOException {
    var in = new Incoming(socket);
    long id = ThreadLocalRandom.current().nextLong(1, Integer.MAX_VALUE);
    say(socket, new byte[] {(byte) DELIMITER});
    say(socket, "{\"execute\":\"guest-sync-delimited\",\"arguments\":{\"id\":" + id + "}}\n");
    do {
      in.skipTo(DELIMITER);
    } while (read(in).asLong(0) != id);
    say(socket, "{\"execute\":\"guest-network-get-interfaces\"}\n");
    return AgentView.read(read(in));
  }

  private static JsonNode read(Incoming in) throws IOException {
    try {
      JsonNode answer = JSON.readTree(in.line());
      if (!answer.has("return")) {
        throw new IOException(
            "it refuses: " + answer.path("error").path("class").asString("without a reason"));
      }
      return answer.path("return");
    } catch (JacksonException e) {
      throw new IOException("what it sends is not JSON", e);
    }
  }

  private static void say(SocketChannel socket, String text) throws IOException {
    say(socket, text.getBytes(UTF_8));
  }

  private static void say(SocketChannel socket, byte[] bytes) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(bytes);
    while (out.hasRemaining()) {
      socket.write(out);
    }
  }

  /** What comes, of which there is a limit for all together. */
  private static final class Incoming {
    private final SocketChannel socket;
    private final ByteBuffer chunk = ByteBuffer.allocate(4096).flip();
    private int taken;

    Incoming(SocketChannel socket) {
      this.socket = socket;
    }

    void skipTo(int mark) throws IOException {
      while (next() != mark) {}
    }

    byte[] line() throws IOException {
      var line = new ByteArrayOutputStream();
      for (int one = next(); one != '\n'; one = next()) {
        if (one != DELIMITER) {
          line.write(one);
        }
      }
      return line.toByteArray();
    }

    private int next() throws IOException {
      if (!chunk.hasRemaining()) {
        chunk.clear();
        int read = socket.read(chunk);
        chunk.flip();
        if (read < 0) {
          throw new EOFException("the channel has ended");
        }
      }
      if (++taken > LONGEST) {
        throw new IOException("it sends more than " + LONGEST + " bytes");
      }
      return Byte.toUnsignedInt(chunk.get());
    }
  }
}
