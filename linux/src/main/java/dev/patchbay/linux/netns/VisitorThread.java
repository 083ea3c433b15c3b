package dev.patchbay.linux.netns;

import dev.patchbay.linux.libc.Fd;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A platform thread that goes into network namespaces for short work and comes back each time, so
 * that no other thread has to be woken for it. One that could not come back does nothing more.
 */
public final class VisitorThread extends Thread {
  private final Home home;
  private boolean away;

  private VisitorThread(Home home, Runnable work, String name) {
    super(work, name);
    this.home = home;
    setDaemon(true);
  }

  /** The namespace that a pool's threads come back to, open once for all of them. */
  private static final class Home {
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Fd fd;

    int fd() throws IOException {
      lock.lock();
      try {
        if (fd == null) {
          fd = NetnsThreads.own();
        }
        return fd.number();
      } finally {
        lock.unlock();
      }
    }

    void close() {
      lock.lock();
      try {
        if (fd != null) {
          fd.close();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * A pool of such threads, all of them daemons, that go when there was nothing to do for a while.
   *
   * @param threads at most and, under load, at least
   * @param idle after how long a thread goes
   * @param waiting the work that there is no thread for yet
   * @param prefix of the threads' names
   */
  public static ThreadPoolExecutor pool(
      int threads, Duration idle, BlockingQueue<Runnable> waiting, String prefix) {
    var home = new Home();
    var next = new AtomicInteger();
    var pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            idle.toSeconds(),
            TimeUnit.SECONDS,
            waiting,
            work -> new VisitorThread(home, work, prefix + next.getAndIncrement())) {
          @Override
          protected void terminated() {
            home.close();
          }

          @Override
          protected void afterExecute(Runnable work, @Nullable Throwable failure) {
            if (Thread.currentThread() instanceof VisitorThread visitor && visitor.away) {
              // it must not serve anybody else, so it dies of this, and the pool makes another
              throw new IllegalStateException("a thread is lost in a network namespace");
            }
          }
        };
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Runs the work inside the namespace; the calling thread must be this one. */
  <T> T visit(int netnsFd, NetnsWork<T> work) throws IOException {
    if (away) {
      throw new IllegalStateException("this thread has not come back from a network namespace");
    }
    int back = home.fd();
    NetnsThreads.enter(netnsFd);
    away = true;
    try {
      return work.call();
    } finally {
      NetnsThreads.enter(back);
      away = false;
    }
  }
}
