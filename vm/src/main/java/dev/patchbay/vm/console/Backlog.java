package dev.patchbay.vm.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one watcher has not read yet. Who puts never waits: a watcher that reads too slowly loses
 * what it left unread, and is told how much that was.
 */
final class Backlog extends InputStream {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ByteRing unread;
  private long skipped;
  private boolean ended;
  private boolean closed;

  Backlog(int bound) {
    this.unread = new ByteRing(bound);
  }

  /** What the guest said. */
  void put(byte[] bytes, int offset, int length) {
    lock.lock();
    try {
      if (closed || ended) {
        return;
      }
      if (length > unread.room()) {
        // all at once rather than byte by byte: one notice, and whole lines behind it
        skipped += unread.count();
        unread.clear();
        skipped += Math.max(0, length - unread.room());
      }
      unread.append(bytes, offset, length);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What we say to this watcher, on a line of its own. */
  void say(String notice) {
    byte[] line = line(notice);
    put(line, 0, line.length);
  }

  static byte[] line(String notice) {
    return ("\r\n[patchbay: " + notice + "]\r\n").getBytes(UTF_8);
  }

  /** No more comes; what is unread can still be read. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all is read, or nobody wants it. */
  void awaitRead() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed && !(ended && unread.count() == 0 && skipped == 0)) {
        changed.await();
      }
    } finally {
      lock.unlock();
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
    lock.lock();
    try {
      while (unread.count() == 0 && skipped == 0 && !ended && !closed) {
        changed.awaitUninterruptibly();
      }
      if (closed) {
        return -1;
      }
      tellSkipped();
      int taken = unread.take(into, offset, length);
      changed.signalAll();
      return taken == 0 ? -1 : taken;
    } finally {
      lock.unlock();
    }
  }

  private void tellSkipped() {
    if (skipped > 0) {
      byte[] later = unread.copy();
      byte[] notice = line(skipped + " bytes left out: they were not read fast enough");
      skipped = 0;
      unread.clear();
      unread.append(notice, 0, notice.length);
      // the ring keeps the newest: of a notice that does not fit too, the end
      unread.append(later, 0, later.length);
    }
  }

  @Override
  public int available() {
    lock.lock();
    try {
      return unread.count();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      unread.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
