package dev.patchbay.agent.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The shim protocol, version 1 (shim/README.md): big-endian, one request frame, one answer frame.
 * Behind the answer to some verbs of the command line, which ask for it, come bytes both ways.
 */
public final class Frames {
  /** The executable of the shim's parent, which the shim itself adds. */
  public static final String RUNTIME = "PATCHBAY_RUNTIME";

  private static final int REQUEST_MAGIC = 0x50425251; // PBRQ
  private static final int ANSWER_MAGIC = 0x50425253; // PBRS
  private static final int VERSION = 1;
  private static final int MAX_STRINGS_BYTES = 1 << 20;
  private static final int MAX_STDIN_BYTES = 16 << 20;

  private Frames() {}

  /** What came is not a request of this protocol; the message says which field is wrong. */
  public static final class MalformedFrameException extends IOException {
    MalformedFrameException(String message) {
      super(message);
    }
  }

  /** A connection that said nothing: the shim has spooled a DEL and wants it noticed. */
  public static final class KnockException extends IOException {
    KnockException() {
      super("a knock");
    }
  }

  /**
   * Reads a request; throws MalformedFrameException, KnockException, and IOException when it ends
   * too soon.
   */
  public static Request read(InputStream stream) throws IOException {
    var in = new DataInputStream(stream);
    int first = in.read();
    if (first < 0) {
      throw new KnockException();
    }
    int magic = (first << 24) | (in.readUnsignedByte() << 16) | in.readUnsignedShort();
    if (magic != REQUEST_MAGIC) {
      throw new MalformedFrameException("magic is " + Integer.toHexString(magic) + ", not PBRQ");
    }
    int version = in.readUnsignedShort();
    if (version != VERSION) {
      throw new MalformedFrameException(
          "protocol version " + version + " is not spoken; this agent speaks " + VERSION);
    }
    Map<String, String> environment = new LinkedHashMap<>();
    int left = MAX_STRINGS_BYTES;
    for (int count = in.readUnsignedShort(); count > 0; count--) {
      int length = length(in, left - Integer.BYTES, "environment");
      left -= length + Integer.BYTES;
      String pair = new String(exactly(in, length), UTF_8);
      int equals = pair.indexOf('=');
      if (equals > 0) {
        put(environment, pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    byte[] stdin = exactly(in, length(in, MAX_STDIN_BYTES, "stdin"));
    return new Request(environment, ByteBuffer.wrap(stdin).asReadOnlyBuffer());
  }

  /**
   * The last of several counts, as for libcni; but what the shim says of itself comes first, and
   * its caller cannot change it.
   */
  private static void put(Map<String, String> environment, String key, String value) {
    if (key.equals(RUNTIME) || key.equals("PATCHBAY_SHIM")) {
      environment.putIfAbsent(key, value);
    } else {
      environment.put(key, value);
    }
  }

  private static int length(DataInputStream in, int most, String what) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > most) {
      throw new MalformedFrameException(
          what
              + " has "
              + Integer.toUnsignedString(length)
              + " bytes; at most "
              + most
              + " are taken");
    }
    return length;
  }

  /**
   * Reads in pieces, so that a lying length costs no more memory than the bytes that really come.
   */
  private static byte[] exactly(DataInputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new MalformedFrameException(
          "the request ends after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }

  /** An answer as it goes on the wire. */
  static ByteBuffer write(Reply reply) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeInt(ANSWER_MAGIC);
    out.writeShort(VERSION);
    out.writeByte(reply.exitCode());
    out.writeByte(0);
    for (String text : new String[] {reply.stdout(), reply.stderr()}) {
      byte[] part = text.getBytes(UTF_8);
      out.writeInt(part.length);
      out.write(part);
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  /**
   * What the shim was called with.
   *
   * @param environment its whole environment, with PATCHBAY_RUNTIME and PATCHBAY_SHIM added
   * @param stdin its standard input
   */
  public record Request(Map<String, String> environment, ByteBuffer stdin) {
    /** Copies the map, keeping its order. */
    public Request {
      environment = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    }

    /** Standard input as bytes. */
    public byte[] stdinBytes() {
      byte[] bytes = new byte[stdin.remaining()];
      stdin.duplicate().get(bytes);
      return bytes;
    }
  }

  /**
   * What the shim is to say.
   *
   * @param exitCode 0 for success
   * @param stdout for the runtime
   * @param stderr log lines for the runtime's log
   * @param then what the connection is used for afterwards; empty when it ends here
   */
  public record Reply(int exitCode, String stdout, String stderr, Optional<Conversation> then) {
    /** An answer that is the end. */
    public Reply(int exitCode, String stdout, String stderr) {
      this(exitCode, stdout, stderr, Optional.empty());
    }
  }
}
