package dev.patchbay.agent.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Lets several threads take their steps one at a time in an order that a seed decides. Nobody goes
 * on before all of them wait, so the same seed gives the same order.
 */
class Turns {
  /** No order: whoever comes goes on. */
  static final Turns NONE =
      new Turns(new Random(0), 0) {
        @Override
        void await() {}
      };

  private final Random random;
  private final Map<Thread, Integer> waiting = new HashMap<>();
  private int expected;
  private Optional<Thread> going = Optional.empty();

  private Turns(Random random, int expected) {
    this.random = random;
    this.expected = expected;
  }

  /** Runs the tasks to their ends, each in a thread of its own; their steps call {@link #await}. */
  static void run(Random random, java.util.function.Consumer<Turns> start, List<Runnable> tasks) {
    Turns turns = new Turns(random, tasks.size());
    start.accept(turns);
    List<Thread> threads = new ArrayList<>();
    for (Runnable task : tasks) {
      int number = threads.size();
      threads.add(
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                turns.await(number);
                try {
                  task.run();
                } finally {
                  turns.leave();
                }
              }));
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final Map<Thread, Integer> numbers = new HashMap<>();

  private synchronized void await(int number) {
    numbers.put(Thread.currentThread(), number);
    await();
  }

  /** The end of a step: returns when it is this thread's turn again. */
  synchronized void await() {
    Thread self = Thread.currentThread();
    going = Optional.empty();
    waiting.put(self, numbers.getOrDefault(self, 0));
    choose();
    while (!going.equals(Optional.of(self))) {
      try {
        wait();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    waiting.remove(self);
  }

  private synchronized void leave() {
    expected--;
    going = Optional.empty();
    choose();
  }

  private void choose() {
    if (going.isEmpty() && !waiting.isEmpty() && waiting.size() == expected) {
      List<Thread> inOrder =
          waiting.entrySet().stream()
              .sorted(Map.Entry.comparingByValue())
              .map(Map.Entry::getKey)
              .toList();
      going = Optional.of(inOrder.get(random.nextInt(inOrder.size())));
      notifyAll();
    }
  }
}
