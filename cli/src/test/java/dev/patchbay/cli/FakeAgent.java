package dev.patchbay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** An agent's socket that answers as a test tells it, and remembers what it was asked. */
final class FakeAgent implements AutoCloseable {
  /**
   * What was asked.
   *
   * @param strings the frame's strings
   * @param stdin its standard input
   */
  record Asked(Map<String, String> strings, String stdin) {
    String verb() {
      return strings.getOrDefault("PATCHBAY_VERB", "");
    }
  }

  private final Path socket;
  private final ServerSocketChannel server;
  private final Function<Asked, AgentClient.Reply> answers;
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  private FakeAgent(
      Path socket, ServerSocketChannel server, Function<Asked, AgentClient.Reply> answers) {
    this.socket = socket;
    this.server = server;
    this.answers = answers;
  }

  static FakeAgent answering(Path folder, Function<Asked, AgentClient.Reply> answers)
      throws IOException {
    Path socket = folder.resolve("agent.sock");
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    FakeAgent agent = new FakeAgent(socket, server, answers);
    Thread.ofVirtual().start(agent::serve);
    return agent;
  }

  /** Always the same success. */
  static FakeAgent answering(Path folder, String json) throws IOException {
    return answering(folder, _ -> new AgentClient.Reply(0, json, ""));
  }

  /** Always the same refusal. */
  static FakeAgent refusing(Path folder, int exitCode, String text) throws IOException {
    return answering(folder, _ -> new AgentClient.Reply(exitCode, "", text));
  }

  Path socket() {
    return socket;
  }

  List<Asked> asked() {
    return asked;
  }

  Asked last() {
    return asked.getLast();
  }

  private void serve() {
    try {
      while (true) {
        try (SocketChannel connection = server.accept()) {
          Asked request = read(new DataInputStream(Channels.newInputStream(connection)));
          asked.add(request);
          ByteBuffer answer = frame(answers.apply(request));
          while (answer.hasRemaining()) {
            connection.write(answer);
          }
        }
      }
    } catch (ClosedChannelException _) {
      return; // close() was called
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Asked read(DataInputStream in) throws IOException {
    if (in.readInt() != 0x50425251 || in.readUnsignedShort() != 1) {
      throw new IOException("not a request frame of protocol 1");
    }
    Map<String, String> strings = new LinkedHashMap<>();
    for (int count = in.readUnsignedShort(); count > 0; count--) {
      String[] pair = new String(in.readNBytes(in.readInt()), UTF_8).split("=", 2);
      strings.put(pair[0], pair[1]);
    }
    return new Asked(strings, new String(in.readNBytes(in.readInt()), UTF_8));
  }

  private static ByteBuffer frame(AgentClient.Reply reply) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeInt(0x50425253);
    out.writeShort(1);
    out.writeByte(reply.exitCode());
    out.writeByte(0);
    for (String text : List.of(reply.stdout(), reply.stderr())) {
      byte[] part = text.getBytes(UTF_8);
      out.writeInt(part.length);
      out.write(part);
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
