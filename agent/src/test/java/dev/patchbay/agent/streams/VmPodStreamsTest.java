package dev.patchbay.agent.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.agent.vm.Consoles;
import dev.patchbay.apiserver.stream.ContainerRef;
import dev.patchbay.apiserver.stream.LogOptions;
import dev.patchbay.apiserver.stream.ProcessEnd;
import dev.patchbay.apiserver.stream.RemoteProcess;
import dev.patchbay.apiserver.stream.StreamOptions;
import dev.patchbay.apiserver.stream.StreamRefusal;
import dev.patchbay.vm.console.ConsoleSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VmPodStreamsTest {
  private static final String VM = "uid-1";
  private static final ContainerRef POD = new ContainerRef("default", "nginx-vm", VM, "cirros-vm");
  private static final StreamOptions TERMINAL = new StreamOptions(true, true, false, true);
  private static final StreamOptions OUTPUT = new StreamOptions(false, true, false, true);
  private static final LogOptions FOLLOWED =
      new LogOptions(
          true,
          false,
          OptionalLong.empty(),
          Optional.empty(),
          true,
          OptionalLong.empty(),
          LogOptions.Source.ALL);
  private static final LogOptions PREVIOUS =
      new LogOptions(
          false,
          true,
          OptionalLong.empty(),
          Optional.empty(),
          false,
          OptionalLong.empty(),
          LogOptions.Source.ALL);

  @TempDir Path folder;
  private Consoles consoles;
  private NodeStreams streams;

  /** QEMU's end of the console, while it is on. */
  private record Serial(ServerSocketChannel server, SocketChannel client) {
    void say(String text) throws IOException {
      client.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    String heard(int count) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(count);
      while (bytes.hasRemaining() && client.read(bytes) >= 0) {
        Thread.onSpinWait();
      }
      return new String(bytes.array(), 0, bytes.position(), UTF_8);
    }

    void ends() throws IOException {
      server.close();
      client.close();
    }
  }

  @BeforeEach
  void place() throws IOException {
    Clock noon = Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);
    consoles = new Consoles(folder, ConsoleSettings.DEFAULTS, noon);
    Files.createDirectory(folder.resolve(VM));
    streams = new NodeStreams(Optional.empty());
    streams.serveMachines(VM::equals, new VmPodStreams(consoles));
  }

  @AfterEach
  void close() {
    consoles.close();
  }

  private Serial switchOn() throws IOException {
    Path socket = folder.resolve("console.sock");
    Files.deleteIfExists(socket);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    consoles.starts(VM, "default/nginx-vm", socket);
    return new Serial(server, server.accept());
  }

  private static String until(InputStream from, String end) throws IOException {
    StringBuilder said = new StringBuilder();
    while (said.indexOf(end) < 0) {
      int one = from.read();
      assertThat(one).as("the end, after: " + said).isNotNegative();
      said.append((char) one);
    }
    return said.toString();
  }

  @Test
  void anAttachedTerminalIsTheConsoleUntilItsDetachKey() throws Exception {
    Serial serial = switchOn();
    try (RemoteProcess process = streams.attach(POD, TERMINAL)) {
      assertThat(until(process.stdout(), "leaves it]"))
          .contains("the console of default/nginx-vm; Ctrl-] leaves it");
      serial.say("login: ");
      until(process.stdout(), "login: ");
      process.resize(80, 25);
      process.stdin().write("root\r\u001d".getBytes(UTF_8));
      assertThat(serial.heard(5)).isEqualTo("root\r");
      process.stdout().readAllBytes();
      assertThat(process.await()).isEqualTo(new ProcessEnd.Exited(0));
    }
    assertThat(consoles.open()).hasSize(1);
    serial.ends();
  }

  @Test
  void withoutInputThereIsOutputOnly() throws Exception {
    Serial serial = switchOn();
    try (RemoteProcess process = streams.attach(POD, OUTPUT)) {
      serial.say("hello\r\n");
      assertThat(until(process.stdout(), "\n")).isEqualTo("hello\r\n");
      assertThat(process.stderr().read()).isNegative();
      serial.ends();
      process.stdout().readAllBytes();
      assertThat(process.await()).isEqualTo(new ProcessEnd.Exited(0));
    }
  }

  @Test
  void theLogIsFollowedToTheEndOfTheMachineAndKeptOverItsNextStart() throws Exception {
    Serial serial = switchOn();
    serial.say("first\r\n");
    try (InputStream log = streams.logs(POD, FOLLOWED)) {
      assertThat(until(log, "\n")).isEqualTo("2026-11-21T12:00:00Z first\n");
      serial.say("last");
      serial.ends();
      assertThat(log.readAllBytes()).asString(UTF_8).endsWith("last\n");
    }
    Serial again = switchOn();
    again.say("second\r\n");
    try (InputStream log = streams.logs(POD, PREVIOUS)) {
      assertThat(log.readAllBytes()).asString(UTF_8).isEqualTo("first\nlast\n");
    }
    again.ends();
  }

  @Test
  void aMachineThatIsOffHasNoConsoleAndOneThatNeverRanNoLog() {
    assertThatThrownBy(() -> streams.attach(POD, TERMINAL))
        .isInstanceOf(StreamRefusal.class)
        .hasMessage("container \"cirros-vm\" in pod \"nginx-vm\" is not running");
    assertThatThrownBy(() -> streams.logs(POD, LogOptions.WHOLE))
        .hasMessage("container \"cirros-vm\" in pod \"nginx-vm\" is waiting to start");
    assertThatThrownBy(() -> streams.logs(POD, PREVIOUS))
        .hasMessage("previous terminated container \"cirros-vm\" in pod \"nginx-vm\" not found");
  }

  @Test
  void noCommandIsStartedInAGuest() {
    assertThatThrownBy(() -> streams.exec(POD, List.of("ls"), OUTPUT))
        .isInstanceOfSatisfying(
            StreamRefusal.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(400);
              assertThat(refusal.message()).endsWith("kubectl attach -it nginx-vm -n default");
            });
  }

  @Test
  void aContainerWithoutARuntimeIsRefused() {
    var other = new ContainerRef("default", "web", "uid-2", "web");
    assertThatThrownBy(() -> streams.attach(other, TERMINAL))
        .hasMessage(
            "this node has no container runtime, so container \"web\" in pod \"web\" does not run");
  }
}
