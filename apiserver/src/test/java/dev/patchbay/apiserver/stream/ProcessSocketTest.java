package dev.patchbay.apiserver.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.apiserver.stream.PlayedStreams.PlayedProcess;
import java.net.http.HttpClient;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** exec and attach as kubectl and fabric8 speak them. */
@Timeout(30)
class ProcessSocketTest {
  private static final String V5 = "v5.channel.k8s.io";
  private static final String V4 = "v4.channel.k8s.io";
  private static final String CAT = "exec?command=cat&stdin=true&stdout=true&stderr=true";

  private final HttpClient http = HttpClient.newHttpClient();
  private StreamServer server;

  @BeforeEach
  void start() throws Exception {
    server = new StreamServer();
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
    http.close();
  }

  private Client open(String rest, String protocol) {
    return new Client(http, server.webSocket(rest), protocol);
  }

  private PlayedProcess started() throws InterruptedException {
    return server.node.started.take();
  }

  @Test
  void inputOutputAndTheExitCodeArriveInTheirChannels() throws Exception {
    Client client =
        open(
            "exec?command=sh&command=-c&command=a%20b&stdin=true&stdout=1&stderr=true&container=main",
            V5);
    PlayedProcess process = started();
    client.send(ChannelProtocol.STDIN, "hello");
    assertThat(process.typed.readNBytes(5)).asString(UTF_8).isEqualTo("hello");
    process.prints.write("out".getBytes(UTF_8));
    process.complains.write("err".getBytes(UTF_8));
    process.ends(new ProcessEnd.Exited(3));

    assertThat(client.closed.join()).isEqualTo(1000);
    assertThat(client.protocol()).isEqualTo(V5);
    assertThat(client.received(ChannelProtocol.STDOUT)).isEqualTo("out");
    assertThat(client.received(ChannelProtocol.STDERR)).isEqualTo("err");
    assertThat(client.received(ChannelProtocol.ERROR))
        .contains("\"reason\":\"NonZeroExitCode\"")
        .contains("\"causes\":[{")
        .contains("\"reason\":\"ExitCode\"")
        .contains("\"message\":\"3\"");
    assertThat(server.node.asked.take())
        .isEqualTo(
            "exec ContainerRef[namespace=demo, pod=a, podUid=u1, container=main] [sh, -c, a b]"
                + " StreamOptions[stdin=true, stdout=true, stderr=true, tty=false]");
    assertThat(process.closed.join()).isTrue();
  }

  @Test
  void successIsAStatusToo() throws Exception {
    Client client = open(CAT, V4);
    started().ends(new ProcessEnd.Exited(0));

    assertThat(client.received(ChannelProtocol.ERROR))
        .isIn(
            "{\"metadata\":{},\"status\":\"Success\"}", "{\"status\":\"Success\",\"metadata\":{}}");
    assertThat(client.closed.join()).isEqualTo(1000);
    assertThat(client.protocol()).isEqualTo(V4);
  }

  @Test
  void theCloseSignalEndsStdinInVersion5Only() throws Exception {
    Client five = open(CAT, V5);
    PlayedProcess cat = started();
    five.send(ChannelProtocol.STDIN, "x");
    five.sendRaw(new byte[] {(byte) 255, 0});
    assertThat(cat.typed.readAllBytes()).asString(UTF_8).isEqualTo("x");
    cat.ends(new ProcessEnd.Exited(0));
    assertThat(five.closed.join()).isEqualTo(1000);

    Client four = open(CAT, V4);
    cat = started();
    four.sendRaw(new byte[] {(byte) 255, 0});
    four.send(ChannelProtocol.STDIN, "still open");
    assertThat(cat.typed.readNBytes(10)).asString(UTF_8).isEqualTo("still open");
    cat.ends(new ProcessEnd.Exited(0));
    assertThat(four.closed.join()).isEqualTo(1000);
  }

  @Test
  void aWindowsSizeReachesTheTerminalAndNonsenseDoesNot() throws Exception {
    Client client = open("attach?stdin=true&stdout=true&tty=true", V5);
    PlayedProcess process = started();
    client.send(ChannelProtocol.RESIZE, "{\"Width\":");
    client.send(ChannelProtocol.RESIZE, "{\"Width\":-1,\"Height\":30}");
    client.send(ChannelProtocol.RESIZE, "[]");
    client.send(ChannelProtocol.RESIZE, "{\"Width\":100,\"Height\":30}\n");

    assertThat(process.sizes.take()).isEqualTo("100x30");
    process.ends(new ProcessEnd.Exited(0));
    assertThat(client.closed.join()).isEqualTo(1000);
    assertThat(server.node.asked.take())
        .startsWith("attach ")
        .endsWith("StreamOptions[stdin=true, stdout=true, stderr=false, tty=true]");
  }

  @Test
  void aRefusalOfTheNodeIsTheStatusAtTheEnd() {
    Client client = open("exec?command=refused&stdout=true", V5);

    assertThat(client.received(ChannelProtocol.ERROR))
        .contains("\"status\":\"Failure\"")
        .contains("the runtime is away")
        .contains("ServiceUnavailable");
    assertThat(client.closed.join()).isEqualTo(1000);
  }

  @Test
  void aMissingProgramIsAFailureWithItsText() throws Exception {
    Client client = open(CAT, V5);
    started().ends(new ProcessEnd.Failed("exec: \"x\": not found"));

    assertThat(client.received(ChannelProtocol.ERROR))
        .contains("InternalError")
        .contains("exec: \\\"x\\\": not found");
  }

  @Test
  void aClientThatLeavesLetsGoOfTheProcess() throws Exception {
    Client polite = open(CAT, V5);
    PlayedProcess first = started();
    polite.close();
    assertThat(first.closed.join()).isTrue();

    Client rude = open(CAT, V5);
    PlayedProcess second = started();
    rude.abort();
    assertThat(second.closed.join()).isTrue();
  }

  @Test
  void aTextMessageEndsTheSession() throws Exception {
    Client client = open(CAT, V5);
    PlayedProcess process = started();
    client.sendText("hello");

    assertThat(process.closed.join()).isTrue();
    assertThat(client.closed.join()).isEqualTo(1003);
  }

  @Test
  void aProcessThatDoesNotReadHoldsTheClientBackAndLosesNothing() throws Exception {
    Client client = open(CAT, V5);
    PlayedProcess process = started();
    byte[] sent = new byte[8 << 20];
    new Random(2).nextBytes(sent);
    Thread writer =
        Thread.startVirtualThread(() -> {
          byte[] part = new byte[32 << 10];
          for (int at = 0; at < sent.length; at += part.length) {
            System.arraycopy(sent, at, part, 0, part.length);
            client.send(ChannelProtocol.STDIN, part, part.length);
          }
          client.sendRaw(new byte[] {(byte) 255, 0});
        });

    assertThat(process.typed.readAllBytes()).isEqualTo(sent);
    writer.join();
    process.ends(new ProcessEnd.Exited(0));
    assertThat(client.closed.join()).isEqualTo(1000);
  }

  @Test
  void eightMegabytesComeOut() throws Exception {
    Client client = open(CAT, V5);
    PlayedProcess process = started();
    byte[] block = new byte[1 << 20];
    for (int i = 0; i < 8; i++) {
      process.prints.write(block);
    }
    process.ends(new ProcessEnd.Exited(0));

    assertThat(client.closed.join()).isEqualTo(1000);
    assertThat(client.count(ChannelProtocol.STDOUT)).isEqualTo(8 << 20);
  }

  @Test
  void whateverAClientSendsTheProcessIsLetGoInTheEnd() throws Exception {
    Random random = new Random(3);
    for (int round = 0; round < 30; round++) {
      Client client = open(CAT, round % 2 == 0 ? V5 : V4);
      PlayedProcess process = started();
      for (int i = 0; i < 20; i++) {
        byte[] junk = new byte[random.nextInt(60)];
        random.nextBytes(junk);
        if (junk.length > 0 && random.nextBoolean()) {
          junk[0] = (byte) random.nextInt(6);
        }
        client.sendRaw(junk);
      }
      if (random.nextBoolean()) {
        client.abort();
      } else {
        process.ends(new ProcessEnd.Exited(0));
        assertThat(client.closed.join()).isEqualTo(1000);
      }
      assertThat(process.closed.join()).isTrue();
    }
  }
}
