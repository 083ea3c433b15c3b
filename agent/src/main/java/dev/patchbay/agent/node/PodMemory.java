package dev.patchbay.agent.node;

import dev.patchbay.cri.ContainerState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is remembered of one pod between its turns and need not survive the agent: how long to wait
 * before the next try of a container or an image. Only the pod's worker uses it.
 */
final class PodMemory {
  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration LONG_ENOUGH = Duration.ofMinutes(10);

  private final Map<String, Backoff> restarts = new HashMap<>();
  private final Map<String, Pull> pulls = new HashMap<>();

  private record Pull(Backoff backoff, Instant next, String why) {}

  /** How long an ended container is still left alone; one that ran long begins anew. */
  Duration untilRestart(String container, ContainerState.Exited end, Instant now) {
    if (Duration.between(end.startedAt(), end.finishedAt()).compareTo(LONG_ENOUGH) >= 0) {
      restarts.remove(container);
    }
    Instant due = end.finishedAt().plus(restart(container).pause());
    return now.isBefore(due) ? Duration.between(now, due) : Duration.ZERO;
  }

  void restarted(String container) {
    restarts.put(container, restart(container).failed());
  }

  /** The pause before the next restart, for people. */
  Duration pause(String container) {
    return restart(container).pause();
  }

  private Backoff restart(String container) {
    return restarts.getOrDefault(container, Backoff.between(FIRST, LONGEST));
  }

  /** Why an image is not pulled now; empty when it may be. */
  Optional<String> pullWaits(String image, Instant now) {
    return Optional.ofNullable(pulls.get(image))
        .filter(pull -> now.isBefore(pull.next()))
        .map(Pull::why);
  }

  /** How long it is not pulled. */
  Duration untilPull(String image, Instant now) {
    return Optional.ofNullable(pulls.get(image))
        .map(pull -> Duration.between(now, pull.next()))
        .orElse(Duration.ZERO);
  }

  void pullFailed(String image, Instant now, String why) {
    Backoff backoff =
        Optional.ofNullable(pulls.get(image))
            .map(Pull::backoff)
            .orElseGet(() -> Backoff.between(FIRST, LONGEST))
            .failed();
    pulls.put(image, new Pull(backoff, now.plus(backoff.pause()), why));
  }

  void pulled(String image) {
    pulls.remove(image);
  }
}
