package dev.patchbay.agent.node;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker per pod: its turns come one after another, and no pod waits for another. A turn that
 * failed is tried again for ever.
 */
final class PodWorkers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PodWorkers.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final Function<String, PodTurn> turn;
  private final Map<String, Worker> workers = new HashMap<>();
  private boolean closed;

  /**
   * Workers that do this.
   *
   * @param turn looks at the pod of a UID
   */
  PodWorkers(Function<String, PodTurn> turn) {
    this.turn = turn;
  }

  /** Something about the pod has changed: look at once. */
  synchronized void poke(String uid) {
    if (closed) {
      return;
    }
    Worker worker = workers.get(uid);
    if (worker == null) {
      worker = new Worker(uid);
      workers.put(uid, worker);
      worker.thread.start();
    } else {
      worker.due = true;
      notifyAll();
    }
  }

  /** Looks at all pods that have a worker. */
  void pokeAll() {
    List<String> all;
    synchronized (this) {
      all = List.copyOf(workers.keySet());
    }
    all.forEach(this::poke);
  }

  /** Lets the turns under way end. */
  @Override
  public void close() {
    List<Worker> last;
    synchronized (this) {
      closed = true;
      last = List.copyOf(workers.values());
      notifyAll();
    }
    for (Worker worker : last) {
      try {
        worker.thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private final class Worker {
    private final String uid;
    private final Thread thread;
    private boolean due = true;
    private Backoff backoff = Backoff.between(FIRST_PAUSE, LONGEST_PAUSE);

    Worker(String uid) {
      this.uid = uid;
      this.thread = Thread.ofVirtual().name("pod " + uid).unstarted(this::run);
    }

    private void run() {
      try {
        Duration pause = Duration.ZERO;
        while (await(pause)) {
          PodTurn came = look();
          if (came instanceof PodTurn.Over && leave()) {
            return;
          }
          pause = pause(came);
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    /** A defect that hits one pod, a stack that overflows too, must not take its worker away. */
    private PodTurn look() {
      try {
        return turn.apply(uid);
      } catch (RuntimeException | Error e) {
        LOG.error("Patchbay: a defect: pod {}: {}", uid, e.toString(), e);
        return new PodTurn.Failed(e.toString());
      }
    }

    private Duration pause(PodTurn came) {
      return switch (came) {
        case PodTurn.Settled(), PodTurn.Over() -> {
          backoff = Backoff.between(FIRST_PAUSE, LONGEST_PAUSE);
          yield Duration.ofDays(1);
        }
        case PodTurn.After(var wait) -> {
          backoff = Backoff.between(FIRST_PAUSE, LONGEST_PAUSE);
          yield wait;
        }
        case PodTurn.Failed(var why) -> {
          backoff = backoff.failed();
          LOG.info("Patchbay: pod {}: {}; again in {}", uid, why, backoff.pause());
          yield backoff.pause();
        }
      };
    }

    /** False when it is to end. */
    private boolean await(Duration pause) throws InterruptedException {
      long until = System.nanoTime() + pause.toNanos();
      synchronized (PodWorkers.this) {
        while (!closed && !due) {
          long millis = (until - System.nanoTime() + 999_999) / 1_000_000;
          if (millis <= 0) {
            break;
          }
          PodWorkers.this.wait(millis);
        }
        due = false;
        return !closed;
      }
    }

    private boolean leave() {
      synchronized (PodWorkers.this) {
        if (!due) {
          workers.remove(uid);
        }
        return !due;
      }
    }
  }
}
