package dev.patchbay.vm.qmp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;

/** Cuts a stream into lines, none of which may be longer than a limit. */
final class QmpLines {
  private static final int CHUNK = 16 * 1024;

  private final ReadableByteChannel in;
  private final int limit;
  private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK).flip();

  /** Reads from a channel lines of at most {@code limit} bytes. */
  QmpLines(ReadableByteChannel in, int limit) {
    this.in = in;
    this.limit = limit;
  }

  /**
   * The next line that is not blank, without its end; none when the stream has ended.
   *
   * @throws IOException when a line is longer than the limit, or reading fails
   */
  Optional<byte[]> next() throws IOException {
    var line = new ByteArrayOutputStream();
    while (true) {
      while (chunk.hasRemaining()) {
        byte one = chunk.get();
        if (one == '\n' && line.size() > 0) {
          return Optional.of(line.toByteArray());
        }
        if (one != '\n' && one != '\r') {
          line.write(one);
        }
        if (line.size() > limit) {
          throw new IOException("QEMU sent a line of more than " + limit + " bytes");
        }
      }
      chunk.clear();
      int read = in.read(chunk);
      chunk.flip();
      if (read < 0) {
        return Optional.empty();
      }
    }
  }
}
