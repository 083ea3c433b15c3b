package dev.patchbay.cri.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyGoAwayFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySettingsFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.DefaultSpdyWindowUpdateFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stream server may say, played. */
@Timeout(30)
class RemoteProcessTest {
  private static final Streams ALL = new Streams(true, true, true, false);
  private static final Streams TERMINAL = new Streams(true, true, false, true);
  private static final int ERROR = 1;
  private static final int STDOUT = 5;

  private static DefaultSpdyDataFrame data(int stream, String text) {
    return new DefaultSpdyDataFrame(stream, Unpooled.copiedBuffer(text, UTF_8));
  }

  @Test
  void theRequestAsksForSpdyAndOpensTheStreamsInOrder() throws Exception {
    CompletableFuture<String> head = new CompletableFuture<>();
    List<String> opened = new CopyOnWriteArrayList<>();
    CompletableFuture<PlayedSpdyServer> self = new CompletableFuture<>();
    try (PlayedSpdyServer server =
        new PlayedSpdyServer(connection -> {
          head.complete(PlayedSpdyServer.head(connection));
          PlayedSpdyServer.write(connection, PlayedSpdyServer.SWITCHING.getBytes(US_ASCII));
          for (int i = 0; i < 4; i++) {
            SpdySynStreamFrame stream = (SpdySynStreamFrame) self.join().receive(connection);
            opened.add(stream.streamId() + "=" + stream.headers().getAsString("streamtype"));
          }
          self.join().send(connection, data(ERROR, "{\"status\":\"Success\"}"));
        })) {
      self.complete(server);
      try (RemoteProcess process = RemoteProcess.open(server.url(), TERMINAL)) {
        assertThat(process.await()).isEqualTo(new ProcessEnd.Exited(0));
      }
    }
    assertThat(head.join())
        .startsWith("POST /exec/token HTTP/1.1\r\n")
        .containsIgnoringCase("upgrade: SPDY/3.1")
        .containsIgnoringCase("x-stream-protocol-version: v4.channel.k8s.io");
    assertThat(opened).containsExactly("1=error", "3=stdin", "5=stdout", "9=resize");
  }

  @Test
  void pingsAreAnsweredAndWhatAsksNothingIsPassedOver() throws Exception {
    CompletableFuture<PlayedSpdyServer> self = new CompletableFuture<>();
    CompletableFuture<Integer> pong = new CompletableFuture<>();
    try (PlayedSpdyServer server =
        PlayedSpdyServer.upgrading(connection -> {
          PlayedSpdyServer me = self.join();
          me.send(connection, new DefaultSpdySettingsFrame());
          me.send(connection, new DefaultSpdySynReplyFrame(ERROR));
          me.send(connection, new DefaultSpdyWindowUpdateFrame(STDOUT, 100));
          me.send(connection, data(99, "for nobody"));
          me.send(connection, new DefaultSpdyPingFrame(2));
          while (!pong.isDone()) {
            if (me.receive(connection) instanceof SpdyPingFrame ping) {
              pong.complete(ping.id());
            }
          }
          me.send(connection, data(STDOUT, "out"));
          me.send(connection, data(ERROR, "{\"status\":\"Fail"));
          me.send(connection, data(ERROR, "ure\",\"message\":\"no\"}"));
          me.send(connection, new DefaultSpdyRstStreamFrame(STDOUT, 5));
          me.send(connection, new DefaultSpdyGoAwayFrame(9, 0));
        })) {
      self.complete(server);
      try (RemoteProcess process = RemoteProcess.open(server.url(), ALL)) {
        assertThat(process.stdout().readAllBytes()).asString(UTF_8).isEqualTo("out");
        assertThat(process.await()).isEqualTo(new ProcessEnd.Failed("no"));
        assertThat(pong.join()).isEqualTo(2);
      }
    }
  }

  @Test
  void closingStdinIsAnEmptyLastFrame() throws Exception {
    CompletableFuture<PlayedSpdyServer> self = new CompletableFuture<>();
    List<String> received = new CopyOnWriteArrayList<>();
    try (PlayedSpdyServer server =
        PlayedSpdyServer.upgrading(connection -> {
          boolean last = false;
          while (!last) {
            if (self.join().receive(connection) instanceof SpdyDataFrame frame) {
              received.add("%d:%s".formatted(frame.streamId(), frame.content().toString(UTF_8)));
              last = frame.isLast();
            }
          }
          self.join().send(connection, data(ERROR, "{\"status\":\"Success\"}"));
        })) {
      self.complete(server);
      try (RemoteProcess process = RemoteProcess.open(server.url(), ALL)) {
        process.stdin().write("abc".getBytes(UTF_8));
        process.stdin().close();
        assertThat(process.await()).isEqualTo(new ProcessEnd.Exited(0));
      }
    }
    assertThat(received).containsExactly("3:abc", "3:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        ""
      })
  void aServerThatDoesNotUpgradeIsAnErrorThatQuotesIt(String answer) throws Exception {
    try (PlayedSpdyServer server =
        new PlayedSpdyServer(connection -> {
          PlayedSpdyServer.head(connection);
          PlayedSpdyServer.write(connection, answer.getBytes(US_ASCII));
          connection.shutdownOutput();
        })) {
      assertThatThrownBy(() -> RemoteProcess.open(server.url(), ALL))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("stream server");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://127.0.0.1:1/x", "http://127.0.0.1/x", "exec", "unix:/x"})
  void anAddressThatIsNotSpokenIsNamed(String url) {
    assertThatThrownBy(() -> RemoteProcess.open(URI.create(url), ALL)).hasMessageContaining(url);
  }

  @Test
  void aConnectionThatEndsWithoutResultIsLostAndEndsTheStreams() throws Exception {
    try (PlayedSpdyServer server = PlayedSpdyServer.upgraded(4, _ -> {});
        RemoteProcess process = RemoteProcess.open(server.url(), ALL)) {
      assertThat(process.stdout().read()).isEqualTo(-1);
      assertThat(process.stderr().read()).isEqualTo(-1);
      assertThat(process.await()).isInstanceOf(ProcessEnd.Lost.class);
    }
  }

  @Test
  void aStatusLargerThanAnyIsCutAndDoesNotFillTheMemory() throws Exception {
    CompletableFuture<PlayedSpdyServer> self = new CompletableFuture<>();
    try (PlayedSpdyServer server =
        PlayedSpdyServer.upgrading(connection -> {
          for (int i = 0; i < 100; i++) {
            self.join().send(connection, data(ERROR, "x".repeat(10_000)));
          }
        })) {
      self.complete(server);
      try (RemoteProcess process = RemoteProcess.open(server.url(), ALL)) {
        assertThat(process.await())
            .isInstanceOfSatisfying(
                ProcessEnd.Failed.class,
                failed -> assertThat(failed.message()).contains("cannot be read"));
      }
    }
  }

  @Test
  void whateverBytesComeEveryStreamEndsAndNothingIsThrown() throws Exception {
    Random random = new Random(7);
    for (int round = 0; round < 150; round++) {
      byte[] junk = junk(random);
      try (PlayedSpdyServer server =
              PlayedSpdyServer.upgraded(
                  4,
                  connection -> {
                    PlayedSpdyServer.write(connection, junk);
                    connection.shutdownOutput();
                  });
          RemoteProcess process = RemoteProcess.open(server.url(), ALL)) {
        Thread stderr =
            Thread.startVirtualThread(() -> assertThat(drained(process)).isNotNegative());
        assertThat(process.stdout().readAllBytes().length).isLessThanOrEqualTo(junk.length);
        stderr.join();
        assertThat(process.await()).isNotNull();
      }
    }
  }

  private static int drained(RemoteProcess process) {
    try {
      return process.stderr().readAllBytes().length;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Noise, or frames whose head is right and whose rest is noise. */
  private static byte[] junk(Random random) {
    List<Byte> bytes = new ArrayList<>();
    int frames = random.nextInt(6);
    for (int i = 0; i < frames; i++) {
      byte[] body = new byte[random.nextInt(40)];
      random.nextBytes(body);
      byte[] head =
          random.nextBoolean()
              ? new byte[] {0, 0, 0, (byte) (random.nextInt(5) * 2 + 1)}
              : new byte[] {(byte) 0x80, 3, 0, (byte) random.nextInt(12)};
      byte[] rest = {(byte) random.nextInt(4), 0, 0, (byte) body.length};
      for (byte[] part : List.of(head, rest, body)) {
        for (byte one : part) {
          bytes.add(one);
        }
      }
    }
    byte[] tail = new byte[random.nextInt(20)];
    random.nextBytes(tail);
    byte[] all = new byte[bytes.size() + tail.length];
    for (int i = 0; i < bytes.size(); i++) {
      all[i] = bytes.get(i);
    }
    System.arraycopy(tail, 0, all, bytes.size(), tail.length);
    return all;
  }
}
