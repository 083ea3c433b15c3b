package dev.patchbay.cri.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** Finds from the end of a log file where its last lines begin, reading no more than it must. */
final class LogTail {
  private static final int BLOCK = 64 << 10;
  // time, source and tag are all that decides; a runtime cuts lines at 16 KiB anyhow
  private static final int HEAD = 64;

  private LogTail() {}

  /**
   * Where the last lines begin.
   *
   * @param offset in the file
   * @param lines how many they are; fewer than asked for when the file has no more
   */
  record Found(long offset, long lines) {}

  /**
   * Where the last {@code lines} lines of the container begin. Partial entries belong to the line
   * that they are part of.
   */
  static Found start(FileChannel file, long size, long lines) throws IOException {
    if (lines == 0) {
      return new Found(size, 0);
    }
    LineStarts starts = new LineStarts(file, size);
    Set<LogSource> later = EnumSet.noneOf(LogSource.class);
    long counted = 0;
    long from = size;
    for (long start = starts.previous(); start >= 0; start = starts.previous()) {
      var entry = LogEntry.parse(head(file, start, Math.min(HEAD, from - start)));
      if (entry.isPresent()) {
        // Read backwards, a full entry, or the last of its source, begins another line.
        boolean another = !entry.get().partial() || !later.contains(entry.get().source());
        if (another && counted == lines) {
          return new Found(from, counted);
        }
        counted += another ? 1 : 0;
        later.add(entry.get().source());
      }
      from = start;
    }
    return new Found(0, counted);
  }

  private static byte[] head(FileChannel file, long offset, long length) throws IOException {
    ByteBuffer head = ByteBuffer.allocate((int) length);
    read(file, head, offset);
    byte[] bytes = new byte[head.position()];
    head.flip().get(bytes);
    int end = 0;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    return Arrays.copyOf(bytes, end);
  }

  private static void read(FileChannel file, ByteBuffer into, long offset) throws IOException {
    int count = 0;
    while (into.hasRemaining() && count >= 0) {
      count = file.read(into, offset + into.position());
    }
  }

  /** The offsets at which the lines of a file begin, last first. */
  private static final class LineStarts {
    private final FileChannel file;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK);
    private long blockStart;
    private long next;

    LineStarts(FileChannel file, long size) {
      this.file = file;
      this.blockStart = size;
      this.next = size - 1;
    }

    /** The one before, or -1. */
    long previous() throws IOException {
      if (next < 0) {
        return -1;
      }
      // the byte at `next` ends the line whose start is looked for, or is its last
      for (long at = next - 1; at >= 0; at--) {
        if (byteAt(at) == '\n') {
          next = at;
          return at + 1;
        }
      }
      next = -1;
      return 0;
    }

    private byte byteAt(long offset) throws IOException {
      if (offset < blockStart) {
        long end = offset + 1;
        blockStart = Math.max(0, end - BLOCK);
        block.clear().limit((int) (end - blockStart));
        read(file, block, blockStart);
      }
      return block.get((int) (offset - blockStart));
    }
  }
}
