package dev.patchbay.cri.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * What a container printed, read from its log file. A follow goes on over a rotation, where the
 * file is renamed and another appears at its path, and ends when the container has ended and all is
 * read. It holds one block and one entry in memory. Closing it from another thread ends a read that
 * waits.
 */
public final class ContainerLog extends InputStream {
  private static final int BLOCK = 32 << 10;
  // longer ones are passed on in parts; runtimes cut at 16 KiB
  private static final int LONGEST_ENTRY = 1 << 20;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
  // looking at the file costs a system call, asking the runtime a call to another process
  private static final int LOOKS_PER_QUESTION = 10;

  private final Path path;
  private final LogQuery query;
  private final BooleanSupplier goesOn;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK).flip();
  private final ByteArrayOutputStream entry = new ByteArrayOutputStream();
  private final Set<LogSource> inLine = EnumSet.noneOf(LogSource.class);
  private LogFile file;
  private byte[] ready = new byte[0];
  private int given;
  private long left;
  private int idle;
  private boolean closed;

  private ContainerLog(Path path, LogQuery query, BooleanSupplier goesOn) throws IOException {
    this.path = path;
    this.query = query;
    this.goesOn = goesOn;
    this.left = query.limitBytes().orElse(Long.MAX_VALUE);
    this.file = LogFile.open(path);
  }

  /** The log as it is now. */
  public static ContainerLog read(Path path, LogQuery query) throws IOException {
    return follow(path, query, () -> false);
  }

  /**
   * The log as it is now and what is written later.
   *
   * @param goesOn whether the container may still write; asked about once a second while there is
   *     nothing to read
   */
  public static ContainerLog follow(Path path, LogQuery query, BooleanSupplier goesOn)
      throws IOException {
    ContainerLog log = new ContainerLog(path, query, goesOn);
    try {
      if (query.tailLines().isPresent()) {
        FileChannel bytes = log.file.bytes();
        bytes.position(LogTail.start(bytes, bytes.size(), query.tailLines().getAsLong()));
      }
      return log;
    } catch (IOException e) {
      log.close();
      throw e;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    try {
      while (left == 0 || given == ready.length) {
        if (left == 0 || !advance()) {
          return -1;
        }
      }
    } catch (ClosedChannelException _) {
      return -1;
    }
    int count = (int) Math.min(left, Math.min(length, ready.length - given));
    System.arraycopy(ready, given, into, offset, count);
    given += count;
    left -= count;
    return count;
  }

  /** Makes more bytes ready, perhaps none; false at the end. */
  private boolean advance() throws IOException {
    if (block.hasRemaining()) {
      takeLine();
      return true;
    }
    if (fill() || rotated()) {
      idle = 0;
      return true;
    }
    if (idle++ % LOOKS_PER_QUESTION == 0 && !goesOn.getAsBoolean()) {
      // It wrote before it ended and perhaps after our last look.
      return fill() || rotated();
    }
    return pause();
  }

  private boolean fill() throws IOException {
    block.clear();
    int count = file.bytes().read(block);
    block.flip();
    return count > 0;
  }

  /** Takes bytes up to the next newline; a whole entry becomes ready. */
  private void takeLine() {
    while (block.hasRemaining()) {
      byte next = block.get();
      if (next == '\n') {
        show(entry.toByteArray());
        entry.reset();
        return;
      }
      // An entry without end would fill the memory; its rest is no entry and is dropped.
      if (entry.size() < LONGEST_ENTRY) {
        entry.write(next);
      }
    }
  }

  private void show(byte[] line) {
    Optional<LogEntry> parsed = LogEntry.parse(line).filter(this::wanted);
    if (parsed.isEmpty()) {
      return;
    }
    LogEntry wanted = parsed.get();
    ByteArrayOutputStream shown = new ByteArrayOutputStream(line.length + 1);
    if (query.timestamps() && !inLine.contains(wanted.source())) {
      shown.writeBytes(wanted.time());
      shown.write(' ');
    }
    shown.writeBytes(wanted.text());
    if (wanted.partial()) {
      inLine.add(wanted.source());
    } else {
      inLine.remove(wanted.source());
      shown.write('\n');
    }
    ready = shown.toByteArray();
    given = 0;
  }

  private boolean wanted(LogEntry entry) {
    return query.sources().contains(entry.source())
        && query
            .since()
            .flatMap(since -> entry.instant().map(written -> !written.isBefore(since)))
            .orElse(true);
  }

  /** Goes on with another file at the path, if there is one and its predecessor is read. */
  private boolean rotated() throws IOException {
    if (file.isAt(path)) {
      return false;
    }
    if (fill()) {
      return true;
    }
    LogFile fresh;
    try {
      fresh = LogFile.open(path);
    } catch (NoSuchFileException _) {
      // between the renaming and the runtime's opening, or removed with its container
      return false;
    }
    entry.reset();
    lock.lock();
    try {
      file.bytes().close();
      file = fresh;
      if (closed) {
        fresh.bytes().close();
      }
    } finally {
      lock.unlock();
    }
    return true;
  }

  private boolean pause() {
    lock.lock();
    try {
      long left = LOOK_AGAIN.toNanos();
      while (!closed && left > 0) {
        left = closing.awaitNanos(left);
      }
      return !closed;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closed = true;
      closing.signalAll();
      file.bytes().close();
    } finally {
      lock.unlock();
    }
  }
}
