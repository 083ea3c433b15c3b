package dev.patchbay.cri.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
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
  private final Deque<LogFile> parts;
  private LogFile file;
  private byte[] ready = new byte[0];
  private int given;
  private long left;
  private int idle;
  private boolean closed;

  private ContainerLog(Path path, Deque<LogFile> parts, LogQuery query, BooleanSupplier goesOn) {
    this.path = path;
    this.parts = parts;
    this.query = query;
    this.goesOn = goesOn;
    this.left = query.limitBytes().orElse(Long.MAX_VALUE);
    this.file = parts.removeFirst();
  }

  /** The log as it is now. */
  public static ContainerLog read(Path path, LogQuery query) throws IOException {
    return follow(path, List.of(), query, () -> false);
  }

  /** The log as it is now and what is written later, without what was rotated away before. */
  public static ContainerLog follow(Path path, LogQuery query, BooleanSupplier goesOn)
      throws IOException {
    return follow(path, List.of(), query, goesOn);
  }

  /**
   * The log as it is now and what is written later.
   *
   * @param rotated what was written before, in files that are complete, oldest first
   * @param goesOn whether the container may still write; asked about once a second while there is
   *     nothing to read
   */
  public static ContainerLog follow(
      Path path, List<Path> rotated, LogQuery query, BooleanSupplier goesOn) throws IOException {
    Deque<LogFile> parts = LogParts.open(path, rotated);
    ContainerLog log = new ContainerLog(path, parts, query, goesOn);
    try {
      if (query.tailLines().isPresent()) {
        log.skipTo(query.tailLines().getAsLong());
      }
      return log;
    } catch (IOException e) {
      log.close();
      throw e;
    }
  }

  /** Begins so many lines before the end, in the part in which they begin. */
  private void skipTo(long lines) throws IOException {
    parts.addFirst(file);
    file = parts.removeLast();
    LogTail.Found found = LogTail.start(file.bytes(), file.bytes().size(), lines);
    Deque<LogFile> behind = new ArrayDeque<>();
    while (found.lines() < lines && !parts.isEmpty()) {
      lines -= found.lines();
      behind.addFirst(file);
      file = parts.removeLast();
      found = LogTail.start(file.bytes(), file.bytes().size(), lines);
    }
    file.bytes().position(found.offset());
    LogParts.close(parts);
    parts.addAll(behind);
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
    LogFile next = parts.pollFirst();
    if (next != null) {
      goOnWith(next);
      return true;
    }
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
    goOnWith(fresh);
    return true;
  }

  private void goOnWith(LogFile next) throws IOException {
    entry.reset();
    lock.lock();
    try {
      file.bytes().close();
      file = next;
      if (closed) {
        next.bytes().close();
      }
    } finally {
      lock.unlock();
    }
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
      LogParts.close(parts);
    } finally {
      lock.unlock();
    }
  }
}
