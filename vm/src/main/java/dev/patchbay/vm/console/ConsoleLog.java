package dev.patchbay.vm.console;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes a console as a container runtime writes a log: each line with its time, an unfinished one
 * marked as such, and a file that is renamed when it is full. What was written is in the kernel's
 * hands at once, so it survives the agent.
 */
final class ConsoleLog implements AutoCloseable {
  // as container runtimes cut their lines
  private static final int LONGEST_LINE = 16 << 10;

  private final ConsoleFiles files;
  private final ConsoleSettings settings;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
  private @Nullable FileChannel file;
  private long size;
  private boolean closed;

  ConsoleLog(ConsoleFiles files, ConsoleSettings settings, Clock clock) {
    this.files = files;
    this.settings = settings;
    this.clock = clock;
  }

  /** What the guest said; only the bytes behind its last newline are not written yet. */
  void append(byte[] bytes, int length) throws IOException {
    lock.lock();
    try {
      for (int i = 0; i < length; i++) {
        if (bytes[i] == '\n') {
          entry('F');
        } else {
          line.write(bytes[i]);
          if (line.size() == LONGEST_LINE) {
            entry('P');
          }
        }
        if (entries.size() >= settings.logBytes() / 2) {
          write();
        }
      }
      write();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** One line of our own. */
  void note(String text) throws IOException {
    lock.lock();
    try {
      if (line.size() > 0) {
        entry('F');
      }
      line.writeBytes(("[patchbay: " + text + "]").getBytes(UTF_8));
      entry('F');
      write();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the guest is in the middle of a line; false when there will be none. */
  boolean awaitUnfinished() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (line.size() == 0 && !closed) {
        changed.await();
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Writes what there is of a line, so that a prompt is seen. */
  void flush() throws IOException {
    lock.lock();
    try {
      if (line.size() > 0 && !closed) {
        entry('P');
        write();
      }
    } finally {
      lock.unlock();
    }
  }

  private void entry(char tag) {
    byte[] text = line.toByteArray();
    line.reset();
    // a terminal's line ends in both, a log's in one
    boolean returns = tag == 'F' && text.length > 0 && text[text.length - 1] == '\r';
    entries.writeBytes((clock.instant() + " stdout " + tag + " ").getBytes(US_ASCII));
    entries.write(text, 0, text.length - (returns ? 1 : 0));
    entries.write('\n');
  }

  private void write() throws IOException {
    if (entries.size() == 0 || closed) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(entries.toByteArray());
    // lost where it cannot be written: the guest goes on, and its console stays in memory
    entries.reset();
    FileChannel to = file == null ? open() : file;
    if (size > 0 && size + bytes.remaining() > settings.logBytes()) {
      to.close();
      file = null;
      ConsoleFiles.rotate(files.current(), settings.logFiles());
      to = open();
    }
    while (bytes.hasRemaining()) {
      size += to.write(bytes);
    }
  }

  private FileChannel open() throws IOException {
    FileChannel opened =
        FileChannel.open(
            files.current(),
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND,
            // the folder is the machine's user's, who must not lead root elsewhere
            LinkOption.NOFOLLOW_LINKS);
    file = opened;
    size = opened.size();
    return opened;
  }

  /** The end of what was logged before, as the guest said it, at most so many bytes. */
  static byte[] last(Path log, int most) throws IOException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (FileChannel file =
        FileChannel.open(log, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      long from = Math.max(0, file.size() - most);
      ByteBuffer end = ByteBuffer.allocate((int) (file.size() - from));
      int count = 0;
      while (end.hasRemaining() && count >= 0) {
        count = file.read(end, from + end.position());
      }
      String text = new String(end.array(), 0, end.position(), ISO_8859_1);
      // the first may be half an entry
      int begin = from == 0 ? 0 : text.indexOf('\n') + 1;
      text.substring(begin).lines().forEach(entry -> unlogged(entry, said));
    } catch (NoSuchFileException _) {
      return new byte[0];
    }
    return said.toByteArray();
  }

  private static void unlogged(String entry, ByteArrayOutputStream said) {
    String[] words = entry.split(" ", 4);
    if (words.length == 4) {
      said.writeBytes(words[3].getBytes(ISO_8859_1));
      if (words[2].equals("F")) {
        said.writeBytes(new byte[] {'\r', '\n'});
      }
    }
  }

  /** When something was last logged there; empty when nothing was. */
  static Optional<Instant> lastTime(Path log) throws IOException {
    try {
      return Optional.of(Files.getLastModifiedTime(log).toInstant());
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      if (line.size() > 0) {
        entry('F');
        write();
      }
      closed = true;
      changed.signalAll();
      if (file != null) {
        file.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
