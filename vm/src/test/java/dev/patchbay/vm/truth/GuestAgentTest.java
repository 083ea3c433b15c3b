package dev.patchbay.vm.truth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.MacAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class GuestAgentTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String INTERFACES =
      """
      {"return": [
      {"name": "lo", "hardware-address": "00:00:00:00:00:00", "ip-addresses": [
       {"ip-address-type": "ipv4", "ip-address": "127.0.0.1", "prefix": 8}]},
      {"name": "ens3", "hardware-address": "52:54:00:00:00:01", "ip-addresses": [
       {"ip-address-type": "ipv4", "ip-address": "10.1.2.3", "prefix": 24},
       {"ip-address-type": "ipv6", "ip-address": "fe80::5054:ff:fe00:1", "prefix": 64},
       {"ip-address-type": "ipv6", "ip-address": "nonsense", "prefix": 64}]},
      {"name": "sit0"}]}
      """
          .replace("\n", "");

  @TempDir private Path folder;
  private Path socket;
  private ServerSocketChannel server;

  @BeforeEach
  void listen() throws IOException {
    socket = folder.resolve("agent.sock");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  /** An agent that answers each line with what the script makes of it. */
  private void plays(UnaryOperator<String> script) {
    Thread.ofVirtual()
        .start(() -> {
          try (SocketChannel client = server.accept();
              var lines =
                  new BufferedReader(
                      new InputStreamReader(Channels.newInputStream(client), ISO_8859_1))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
              ByteBuffer out = ByteBuffer.wrap(script.apply(line).getBytes(ISO_8859_1));
              while (out.hasRemaining()) {
                client.write(out);
              }
            }
          } catch (IOException _) {
            // the other end has gone
          }
        });
  }

  private static String sync(String line) {
    String json = line.substring(line.indexOf('{'));
    return "\u00ff{\"return\": "
        + JsonMapper.shared().readTree(json).at("/arguments/id").asLong()
        + "}\n";
  }

  @Test
  void theGuestsInterfacesAreReadAfterWhatAnEarlierTalkLeft() throws IOException {
    plays(line ->
        line.contains("guest-sync-delimited")
            ? "{\"return\": [\"old\"]}\n\u00ff{\"return\": 0}\n" + sync(line)
            : INTERFACES + "\n");

    assertThat(new GuestAgent(socket, LIMIT).interfaces())
        .containsExactly(
            new AgentView(
                "ens3", new MacAddress("52:54:00:00:00:01"), List.of(Cidr.ip("10.1.2.3"))));
  }

  @Test
  void anAgentThatIsNotThereIsNotWaitedForLong() {
    plays(_ -> "");

    assertThatThrownBy(() -> new GuestAgent(socket, Duration.ofMillis(50)).interfaces())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no guest agent has answered");
  }

  @Test
  void anAgentThatFloodsIsHungUpOn() {
    plays(_ -> "x".repeat(300 * 1024));

    assertThatThrownBy(() -> new GuestAgent(socket, LIMIT).interfaces())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than 262144 bytes");
  }

  @Test
  void anAgentThatRefusesOrTalksNonsenseIsNoAgent() {
    plays(line -> line.contains("sync") ? sync(line) : "[".repeat(100) + "\n");
    assertThatThrownBy(() -> new GuestAgent(socket, LIMIT).interfaces())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not JSON");

    plays(line -> line.contains("sync") ? sync(line) : "{\"error\": {\"class\": \"Off\"}}\n");
    assertThatThrownBy(() -> new GuestAgent(socket, LIMIT).interfaces())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Off");
  }
}
