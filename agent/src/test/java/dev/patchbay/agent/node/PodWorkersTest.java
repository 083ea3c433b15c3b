package dev.patchbay.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker outlives whatever a turn of its pod throws. */
@Timeout(30)
class PodWorkersTest {
  private final BlockingQueue<Integer> done = new ArrayBlockingQueue<>(8);
  private final AtomicInteger turns = new AtomicInteger();

  /** Whether this is the pod's first turn, which fails. */
  private boolean isFirst() {
    int turn = turns.incrementAndGet();
    return turn == 1 || !done.offer(turn);
  }

  private PodTurn exception(String uid) {
    if (isFirst()) {
      throw new IllegalStateException("a defect of pod " + uid);
    }
    return new PodTurn.Over();
  }

  private PodTurn error(String uid) {
    if (isFirst()) {
      throw new StackOverflowError("deep as pod " + uid);
    }
    return new PodTurn.Over();
  }

  @Test
  void aTurnThatThrowsAnExceptionIsTakenAgain() throws InterruptedException {
    try (var workers = new PodWorkers(this::exception)) {
      workers.poke("a");
      assertThat(done.poll(20, TimeUnit.SECONDS)).isEqualTo(2);
    }
  }

  @Test
  void aTurnThatThrowsAnErrorIsTakenAgain() throws InterruptedException {
    try (var workers = new PodWorkers(this::error)) {
      workers.poke("a");
      assertThat(done.poll(20, TimeUnit.SECONDS)).isEqualTo(2);
    }
  }
}
