package dev.patchbay.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

/** Several drivers side by side: calls in flight at once. */
final class Fleet implements AutoCloseable {
  private final BlockingQueue<SpawnDriver> idle = new LinkedBlockingQueue<>();
  private final List<SpawnDriver> drivers = new ArrayList<>();
  private final ExecutorService callers;

  Fleet(Path program, int size) {
    for (int i = 0; i < size; i++) {
      drivers.add(SpawnDriver.start(program));
    }
    idle.addAll(drivers);
    callers = Executors.newFixedThreadPool(size);
  }

  /**
   * All pods' calls, as many at once as there are drivers.
   *
   * @param wallNanos for all of them
   * @param each time per pod
   * @param ended in the order of the pods
   */
  record Wave(long wallNanos, Samples each, Map<Pod, Ended> ended) {
    Ended of(Pod pod) {
      return Objects.requireNonNull(ended.get(pod), pod.name());
    }

    long failures() {
      return ended.values().stream().filter(one -> !one.succeeded()).count();
    }

    /** What the first that failed said. */
    String firstFailure() {
      return ended.values().stream()
          .filter(one -> !one.succeeded())
          .findFirst()
          .map(one -> one.answers().toString())
          .orElse("");
    }
  }

  Wave run(List<Pod> pods, Function<Pod, List<Call>> calls) {
    var each = new Samples();
    Map<Pod, Future<Ended>> futures = new LinkedHashMap<>();
    long start = System.nanoTime();
    for (Pod pod : pods) {
      futures.put(pod, callers.submit(() -> runOne(calls.apply(pod), each)));
    }
    Map<Pod, Ended> ended = new LinkedHashMap<>();
    futures.forEach((pod, future) -> ended.put(pod, result(future)));
    return new Wave(System.nanoTime() - start, each, ended);
  }

  private Ended runOne(List<Call> calls, Samples each) throws InterruptedException {
    SpawnDriver driver = idle.take();
    try {
      Ended ended = driver.run(calls);
      each.add(ended.nanos());
      return ended;
    } finally {
      idle.add(driver);
    }
  }

  private static Ended result(Future<Ended> future) {
    try {
      return future.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    callers.shutdown();
    drivers.forEach(SpawnDriver::close);
  }
}
