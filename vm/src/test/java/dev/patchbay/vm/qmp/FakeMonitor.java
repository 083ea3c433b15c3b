package dev.patchbay.vm.qmp;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;

/** Plays QEMU's side of a monitor: answers each command with the lines that a script gives. */
public final class FakeMonitor implements AutoCloseable {
  /** QEMU 7.2's first line. */
  public static final String GREETING =
      "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 18, \"minor\": 2, \"major\": 7}},"
          + " \"capabilities\": [\"oob\"]}}";

  private final ServerSocketChannel server;
  private final Script script;
  private final List<JsonNode> heard = new CopyOnWriteArrayList<>();

  /** What is sent back. */
  @FunctionalInterface
  public interface Script {
    /** The lines after a command; {@code %d} stands for its id. */
    List<String> after(JsonNode command);
  }

  private FakeMonitor(ServerSocketChannel server, Script script) {
    this.server = server;
    this.script = script;
  }

  /** Listens at a path; one that agrees to everything but for what the script says. */
  public static FakeMonitor at(Path socket, Script script) throws IOException {
    return at(socket, GREETING, script);
  }

  static FakeMonitor at(Path socket, String greeting, Script script) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    FakeMonitor monitor = new FakeMonitor(server, script);
    Thread.ofVirtual().start(() -> monitor.serve(greeting));
    return monitor;
  }

  /** The names of the commands that came, in their order. */
  public List<String> heard() {
    return heard.stream().map(command -> command.path("execute").asString()).toList();
  }

  private void serve(String greeting) {
    try (SocketChannel client = server.accept();
        var lines =
            new BufferedReader(new InputStreamReader(Channels.newInputStream(client), UTF_8))) {
      send(client, greeting);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode command = QmpMessage.JSON.readTree(line);
        heard.add(command);
        List<String> answers =
            command.path("execute").asString().equals("qmp_capabilities")
                ? List.of("{\"return\": {}, \"id\": %d}")
                : script.after(command);
        for (String answer : answers) {
          send(client, answer.replace("%d", command.path("id").toString()));
        }
      }
    } catch (IOException _) {
      // the client has gone
    }
  }

  private static void send(SocketChannel client, String text) throws IOException {
    if (!text.isEmpty()) {
      ByteBuffer bytes = ByteBuffer.wrap((text + "\r\n").getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        client.write(bytes);
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
