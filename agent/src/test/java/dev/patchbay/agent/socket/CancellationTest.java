package dev.patchbay.agent.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CancellationTest {
  private final Cancellation cancellation = new Cancellation();

  @Test
  void callerIsThereUntilItHasGone() {
    assertThat(cancellation.isCancelled()).isFalse();
    cancellation.cancel();
    cancellation.cancel();
    assertThat(cancellation.isCancelled()).isTrue();
  }

  @Test
  void goingAwayInterruptsWorkThatMayBeInterrupted()
      throws InterruptedException, ExecutionException {
    var working = new CountDownLatch(1);
    var ended = new CompletableFuture<String>();
    Thread worker =
        Thread.ofPlatform()
            .start(() -> {
              try (var _ = cancellation.interruptible()) {
                working.countDown();
                new CountDownLatch(1).await();
                ended.complete("went on");
              } catch (InterruptedException _) {
                ended.complete("interrupted");
              }
            });
    working.await();
    cancellation.cancel();
    assertThat(ended.get()).isEqualTo("interrupted");
    worker.join();
  }

  @Test
  void callerThatHadGoneBeforeInterruptsAtOnce() {
    cancellation.cancel();
    try (var _ = cancellation.interruptible()) {
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }
    assertThat(Thread.currentThread().isInterrupted()).as("what follows must run").isFalse();
  }

  @Test
  void workAfterTheStretchIsNotInterrupted() {
    try (var _ = cancellation.interruptible()) {
      assertThat(cancellation.isCancelled()).isFalse();
    }
    cancellation.cancel();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  /** An interrupt that came late would close a socket under the rollback. */
  @Test
  void noInterruptEscapesWhenGoingAwayAndTheEndOfTheStretchMeet() throws InterruptedException {
    for (int i = 0; i < 2000; i++) {
      var race = new Cancellation();
      Thread canceller = Thread.ofVirtual().start(race::cancel);
      try (var _ = race.interruptible()) {
        Thread.onSpinWait();
      }
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
      canceller.join();
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }
}
