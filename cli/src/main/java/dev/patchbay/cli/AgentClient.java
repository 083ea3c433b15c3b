package dev.patchbay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * Talks to the agent in the shim's frames (protocol version 1). Closing the connection calls the
 * request off, so a command that is interrupted leaves nothing half done.
 *
 * @param socket where the agent is
 * @param timeout seconds to wait for an answer
 * @param where for the search path that third-party plugins get
 */
record AgentClient(Path socket, int timeout, Surroundings where) {
  private static final int REQUEST = 0x50425251; // PBRQ
  private static final int ANSWER = 0x50425253; // PBRS
  private static final int VERSION = 1;
  private static final int LARGEST = 64 << 20;

  /**
   * What came back.
   *
   * @param exitCode 0 for success
   * @param stdout data
   * @param stderr talk
   */
  record Reply(int exitCode, String stdout, String stderr) {}

  /** Asks a verb of the agent's; throws CommandFailure with its words when it refuses. */
  ObjectNode ask(String verb, ObjectNode request) {
    return answer(call(strings(verb), Json.bytes(request)));
  }

  /** The same for a verb behind whose answer come bytes both ways. */
  Talk talk(String verb, ObjectNode request) {
    SocketChannel channel = connect();
    try {
      return new Talk(answer(exchange(channel, strings(verb), Json.bytes(request))), channel);
    } catch (CommandFailure e) {
      close(channel);
      throw e;
    }
  }

  private Map<String, String> strings(String verb) {
    Map<String, String> strings = new LinkedHashMap<>();
    strings.put("PATCHBAY_VERB", verb);
    where.variable("PATH").ifPresent(path -> strings.put("PATH", path));
    return strings;
  }

  private static ObjectNode answer(Reply reply) {
    if (reply.exitCode() != 0) {
      throw CommandFailure.told(reply.exitCode(), reply.stderr());
    }
    try {
      return Json.object(reply.stdout(), "the agent's answer");
    } catch (CniException e) {
      throw new CommandFailure(
          CommandFailure.FAILED, e.error().msg(), "patchbay version, and compare the agent's", e);
    }
  }

  /** Sends one request and waits for its answer. */
  Reply call(Map<String, String> strings, byte[] stdin) {
    SocketChannel channel = connect();
    try {
      return exchange(channel, strings, stdin);
    } finally {
      close(channel);
    }
  }

  private SocketChannel connect() {
    try {
      return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      throw away(e);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Reply exchange(SocketChannel channel, Map<String, String> strings, byte[] stdin) {
    Thread watchdog = Thread.ofPlatform().daemon().start(() -> closeLate(channel));
    try {
      ByteBuffer frame = frame(strings, stdin);
      while (frame.hasRemaining()) {
        channel.write(frame);
      }
      return read(new DataInputStream(Channels.newInputStream(channel)));
    } catch (AsynchronousCloseException e) {
      throw new CommandFailure(
          CommandFailure.TIMED_OUT,
          "no answer from the agent within " + timeout + " s; the request was called off",
          "patchbay check, or allow more: --timeout " + 2 * timeout,
          e);
    } catch (EOFException e) {
      throw new CommandFailure(
          CommandFailure.FAILED,
          "the agent at " + socket + " hung up without an answer; it serves only its own user",
          "sudo patchbay check",
          e);
    } catch (IOException e) {
      throw away(e);
    } finally {
      watchdog.interrupt();
    }
  }

  private void closeLate(SocketChannel channel) {
    try {
      Thread.sleep(timeout * 1000L);
      channel.close();
    } catch (InterruptedException | IOException _) {
      return; // answered in time
    }
  }

  private CommandFailure away(IOException e) {
    String reason = String.valueOf(e.getMessage());
    return reason.contains("Permission denied")
        ? new CommandFailure(
            CommandFailure.FAILED,
            "you may not talk to the agent at " + socket,
            "sudo patchbay …",
            e)
        : new CommandFailure(
            CommandFailure.FAILED,
            "no agent answers at " + socket + ": " + reason,
            "sudo patchbay up, or without an API: sudo systemctl start patchbay",
            e);
  }

  private static ByteBuffer frame(Map<String, String> strings, byte[] stdin) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeInt(REQUEST);
    out.writeShort(VERSION);
    out.writeShort(strings.size());
    for (Map.Entry<String, String> string : strings.entrySet()) {
      byte[] pair = (string.getKey() + "=" + string.getValue()).getBytes(UTF_8);
      out.writeInt(pair.length);
      out.write(pair);
    }
    out.writeInt(stdin.length);
    out.write(stdin);
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  private static Reply read(DataInputStream in) throws IOException {
    int magic = in.readInt();
    int version = in.readUnsignedShort();
    if (magic != ANSWER || version != VERSION) {
      throw new IOException("what answers there is not an agent of protocol " + VERSION);
    }
    int exitCode = in.readUnsignedByte();
    in.readUnsignedByte();
    return new Reply(exitCode, part(in), part(in));
  }

  private static String part(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > LARGEST) {
      throw new IOException("an answer of " + Integer.toUnsignedString(length) + " bytes");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return new String(bytes, UTF_8);
  }
}
