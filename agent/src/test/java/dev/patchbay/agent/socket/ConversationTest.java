package dev.patchbay.agent.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConversationTest {
  @TempDir Path folder;
  private Echo echo;
  private AgentSocket socket;

  /** Says what it hears, and ends behind what it heard once the caller hangs up. */
  private static final class Echo implements Conversation {
    private final PipedOutputStream input = new PipedOutputStream();
    private final PipedInputStream output;
    private final CountDownLatch closed = new CountDownLatch(1);

    Echo() throws IOException {
      output = new PipedInputStream(input, 1 << 16);
    }

    @Override
    public OutputStream input() {
      return input;
    }

    @Override
    public InputStream output() {
      return output;
    }

    @Override
    public void hungUp() throws IOException {
      input.close();
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  @BeforeEach
  void open() throws IOException {
    echo = new Echo();
    socket =
        AgentSocket.open(
            folder.resolve("agent.sock"),
            1,
            1,
            (request, _) ->
                request.environment().containsKey("TALK")
                    ? new Frames.Reply(0, "begun", "", Optional.of(echo))
                    : new Frames.Reply(3, "over", ""));
  }

  @AfterEach
  void close() throws IOException {
    socket.close();
  }

  private SocketChannel call(String variable) throws IOException {
    SocketChannel channel =
        SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("agent.sock")));
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeBytes("PBRQ");
      out.writeShort(1);
      out.writeShort(1);
      out.writeInt(variable.length());
      out.writeBytes(variable);
      out.writeInt(0);
    }
    channel.write(ByteBuffer.wrap(bytes.toByteArray()));
    return channel;
  }

  private static String answer(SocketChannel channel) throws IOException {
    var in = new DataInputStream(Channels.newInputStream(channel));
    in.readInt();
    in.readShort();
    in.readShort();
    String stdout = new String(in.readNBytes(in.readInt()), UTF_8);
    in.readNBytes(in.readInt());
    return stdout;
  }

  private static String rest(SocketChannel channel, int most) throws IOException {
    return new String(Channels.newInputStream(channel).readNBytes(most), UTF_8);
  }

  @Test
  void bytesGoBothWaysBehindTheAnswerAndACallerMayEndHisHalfFirst() throws Exception {
    try (SocketChannel caller = call("TALK=yes")) {
      assertThat(answer(caller)).isEqualTo("begun");
      caller.write(ByteBuffer.wrap("hello".getBytes(UTF_8)));
      assertThat(rest(caller, 5)).isEqualTo("hello");
      // the one worker is free meanwhile
      try (SocketChannel other = call("NONE=yes")) {
        assertThat(answer(other)).isEqualTo("over");
        assertThat(rest(other, 1)).isEmpty();
      }
      caller.write(ByteBuffer.wrap("bye".getBytes(UTF_8)));
      caller.shutdownOutput();
      assertThat(rest(caller, 99)).isEqualTo("bye");
    }
    assertThat(echo.closed.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aCallerWhoGoesBeforeHisAnswerLeavesNothingOpen() throws Exception {
    call("TALK=yes").close();
    assertThat(echo.closed.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
