package dev.patchbay.apiserver.store;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The last changes, for watches; older ones are forgotten, and who still wants them must list anew.
 */
final class History {
  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final ArrayDeque<Change> changes = new ArrayDeque<>();

  /** Every change with a version above this one is here. */
  private long forgotten;

  private long last;
  private boolean closed;

  History(int capacity, long last) {
    this.capacity = capacity;
    this.forgotten = last;
    this.last = last;
  }

  void add(Change change) {
    lock.lock();
    try {
      changes.addLast(change);
      last = change.version();
      if (changes.size() > capacity) {
        forgotten = changes.removeFirst().version();
      }
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a watch may still begin after that version. */
  boolean reaches(long version) {
    lock.lock();
    try {
      return version >= forgotten;
    } finally {
      lock.unlock();
    }
  }

  /** What happened after a version, waiting for something to happen. */
  ObjectStore.News after(long version, Duration patience) throws InterruptedException {
    lock.lock();
    try {
      long nanos = patience.toNanos();
      while (last <= version && nanos > 0 && !closed) {
        nanos = more.awaitNanos(nanos);
      }
      if (version < forgotten) {
        return new ObjectStore.News.Forgotten(forgotten);
      }
      return new ObjectStore.News.Changes(since(version), Math.max(version, last), closed);
    } finally {
      lock.unlock();
    }
  }

  private List<Change> since(long version) {
    List<Change> found = new ArrayList<>();
    var newestFirst = changes.descendingIterator();
    while (newestFirst.hasNext()) {
      Change change = newestFirst.next();
      if (change.version() <= version) {
        break;
      }
      found.add(change);
    }
    return found.reversed();
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
