package dev.patchbay.vm.console;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** What was typed and the guest has not taken yet; who types more than a bound waits. */
final class Keystrokes {
  private static final int BOUND = 16 << 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ByteRing waiting = new ByteRing(BOUND);
  private boolean closed;

  /**
   * Takes them in, and waits while there is no room.
   *
   * @param isGone whether who types has gone meanwhile; asked again after {@link #wake}
   */
  void put(byte[] bytes, int offset, int length, BooleanSupplier isGone)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      int put = 0;
      while (put < length && !closed && !isGone.getAsBoolean()) {
        int fits = Math.min(length - put, waiting.room());
        if (fits == 0) {
          changed.await();
        } else {
          waiting.append(bytes, offset + put, fits);
          put += fits;
          changed.signalAll();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for some and gives them away; how many they are, or -1 when there will be none. */
  int take(byte[] into) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.count() == 0 && !closed) {
        changed.await();
      }
      int taken = closed ? -1 : waiting.take(into, 0, into.length);
      changed.signalAll();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Lets those who wait see that somebody has gone. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      waiting.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
