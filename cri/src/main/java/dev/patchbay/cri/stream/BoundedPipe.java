package dev.patchbay.cri.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bytes on their way from one thread to another; the one that puts waits while the bound is unread.
 * Closing it makes what is put afterwards vanish, so that a reader who lost interest stops nobody.
 */
final class BoundedPipe extends InputStream {
  private final int bound;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
  private int read;
  private int unread;
  private boolean ended;
  private boolean closed;

  BoundedPipe(int bound) {
    this.bound = bound;
  }

  /** A pipe at its end. */
  static BoundedPipe empty() {
    BoundedPipe pipe = new BoundedPipe(0);
    pipe.close();
    return pipe;
  }

  void put(byte[] chunk) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (unread >= bound && !closed && !ended) {
        changed.await();
      }
      if (!closed && !ended && chunk.length > 0) {
        chunks.add(chunk);
        unread += chunk.length;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
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

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /** Waits for at least one byte; an interrupted reader gets an {@link InterruptedIOException}. */
  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    lock.lock();
    try {
      while (chunks.isEmpty() && !ended && !closed) {
        changed.await();
      }
      return closed || chunks.isEmpty() ? -1 : take(into, offset, length);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while nothing had come");
    } finally {
      lock.unlock();
    }
  }

  private int take(byte[] into, int offset, int length) {
    byte[] first = chunks.element();
    int taken = Math.min(length, first.length - read);
    System.arraycopy(first, read, into, offset, taken);
    read += taken;
    unread -= taken;
    if (read == first.length) {
      chunks.remove();
      read = 0;
    }
    changed.signalAll();
    return taken;
  }

  @Override
  public int available() {
    lock.lock();
    try {
      return unread;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      chunks.clear();
      unread = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
