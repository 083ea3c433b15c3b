package dev.patchbay.agent.socket;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whether the caller has gone away; interrupts a thread only while that says it may be, because an
 * interrupt closes files under it.
 */
public final class Cancellation {
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean cancelled;
  private @Nullable Thread interruptible;

  /** A caller that is there. */
  public Cancellation() {}

  /** The caller has gone. */
  public void cancel() {
    lock.lock();
    try {
      cancelled = true;
      if (interruptible != null) {
        interruptible.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether the caller has gone. */
  public boolean isCancelled() {
    return cancelled;
  }

  /** From now until closed, going away interrupts this thread. */
  public Interruptible interruptible() {
    lock.lock();
    try {
      interruptible = Thread.currentThread();
      if (cancelled) {
        Thread.currentThread().interrupt();
      }
    } finally {
      lock.unlock();
    }
    return this::uninterruptible;
  }

  private void uninterruptible() {
    lock.lock();
    try {
      interruptible = null;
      Thread.interrupted();
    } finally {
      lock.unlock();
    }
  }

  /** A stretch of work that an interrupt ends. */
  @FunctionalInterface
  public interface Interruptible extends AutoCloseable {
    @Override
    void close();
  }
}
