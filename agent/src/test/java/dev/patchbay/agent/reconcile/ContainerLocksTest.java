package dev.patchbay.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ContainerLocksTest {
  private final ContainerLocks locks = new ContainerLocks();

  @Test
  void containersDoNotWaitForEachOther() throws InterruptedException {
    try (var _ = locks.hold("a")) {
      Thread other = Thread.ofPlatform().start(() -> locks.hold("b").close());
      other.join();
      assertThat(other.isAlive()).isFalse();
    }
  }

  @Test
  void oneContainerIsWorkedOnByOneAtATimeInTheOrderOfArrival() throws InterruptedException {
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    var inside = new AtomicInteger();
    List<Thread> waiting = new ArrayList<>();
    try (var _ = locks.hold("a")) {
      for (int i = 0; i < 5; i++) {
        int number = i;
        Thread thread =
            Thread.ofPlatform()
                .start(() -> {
                  try (var _ = locks.hold("a")) {
                    assertThat(inside.incrementAndGet()).isEqualTo(1);
                    order.add(number);
                    inside.decrementAndGet();
                  }
                });
        waiting.add(thread);
        // parked in the lock's queue before the next one comes
        while (thread.getState() != Thread.State.WAITING) {
          Thread.onSpinWait();
        }
      }
    }
    for (Thread thread : waiting) {
      thread.join();
    }
    assertThat(order).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void manyThreadsOnFewContainersAreNeverTwoInOne() throws InterruptedException {
    int[] inside = new int[3];
    var start = new CountDownLatch(1);
    var broken = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      int container = i % inside.length;
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                awaitStart(start);
                for (int round = 0; round < 200; round++) {
                  try (var _ = locks.hold("c" + container)) {
                    if (++inside[container] != 1) {
                      broken.incrementAndGet();
                    }
                    Thread.onSpinWait();
                    inside[container]--;
                  }
                }
              }));
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(broken).hasValue(0);
  }

  private static void awaitStart(CountDownLatch start) {
    try {
      start.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
