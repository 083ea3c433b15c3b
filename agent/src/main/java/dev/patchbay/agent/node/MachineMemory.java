package dev.patchbay.agent.node;

import dev.patchbay.agent.vm.GracefulEnd;
import dev.patchbay.vm.image.PreparedImage;
import dev.patchbay.vm.machine.MachineEnd;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * What is remembered of one machine between its pod's turns and need not survive the agent. Only
 * the pod's worker uses it, but for the image that is being fetched.
 */
final class MachineMemory {
  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration LONG_ENOUGH = Duration.ofMinutes(10);

  private Backoff restarts = Backoff.between(FIRST, LONGEST);
  private Backoff pulls = Backoff.between(FIRST, LONGEST);
  private Optional<Fetching> fetching = Optional.empty();
  private Optional<IOException> failure = Optional.empty();
  private Optional<MachineEnd> last = Optional.empty();
  private Instant nextPull = Instant.EPOCH;
  private Optional<GracefulEnd> ending = Optional.empty();
  private volatile String progress = "";

  private record Fetching(FutureTask<PreparedImage> task, Thread thread) {}

  /**
   * How long an ended machine is still left alone; one that ran long begins anew.
   *
   * @param startedAt when its last life began
   */
  Duration untilRestart(Instant startedAt, MachineEnd end, Instant now) {
    if (Duration.between(startedAt, end.at()).compareTo(LONG_ENOUGH) >= 0) {
      restarts = Backoff.between(FIRST, LONGEST);
    }
    Instant due = end.at().plus(restarts.pause());
    return now.isBefore(due) ? Duration.between(now, due) : Duration.ZERO;
  }

  /** The pause before the next start, for people. */
  Duration pause() {
    return restarts.pause();
  }

  /** How its life before ended, as far as this agent knows. */
  Optional<MachineEnd> last() {
    return last;
  }

  void ended(MachineEnd end) {
    last = Optional.of(end);
  }

  void restarted() {
    restarts = restarts.failed();
  }

  /**
   * The image, if it is there; fetching begins, and its end pokes the pod.
   *
   * @throws IOException why it cannot be had; asked for again when its back-off is over
   */
  Optional<PreparedImage> image(Callable<PreparedImage> how, Runnable poke, Instant now)
      throws IOException {
    if (fetching.isEmpty()) {
      if (failure.isPresent() && now.isBefore(nextPull)) {
        throw failure.get();
      }
      FutureTask<PreparedImage> task = new FutureTask<>(how);
      Thread thread =
          Thread.ofVirtual()
              .name("image")
              .start(() -> {
                task.run();
                poke.run();
              });
      fetching = Optional.of(new Fetching(task, thread));
    }
    return taken(fetching.get().task(), now);
  }

  private Optional<PreparedImage> taken(FutureTask<PreparedImage> task, Instant now)
      throws IOException {
    if (!task.isDone()) {
      return Optional.empty();
    }
    fetching = Optional.empty();
    if (task.state() == Future.State.SUCCESS) {
      failure = Optional.empty();
      pulls = Backoff.between(FIRST, LONGEST);
      return Optional.of(task.resultNow());
    }
    IOException why =
        task.exceptionNow() instanceof IOException known
            ? known
            : new IOException(task.exceptionNow());
    failure = Optional.of(why);
    pulls = pulls.failed();
    nextPull = now.plus(pulls.pause());
    throw why;
  }

  /** How long until the image is asked for again. */
  Duration untilPull(Instant now) {
    return now.isBefore(nextPull) ? Duration.between(now, nextPull) : Duration.ZERO;
  }

  /** How far the image is, for people. */
  String progress() {
    return progress;
  }

  void progress(String text) {
    progress = text;
  }

  Optional<GracefulEnd> ending() {
    return ending;
  }

  void ending(Optional<GracefulEnd> now) {
    ending = now;
  }

  /** Fetches no more. */
  void cancel() {
    fetching.ifPresent(one -> one.thread().interrupt());
    fetching = Optional.empty();
  }
}
