package dev.patchbay.agent.node;

import java.time.Duration;

/**
 * How long to wait before the next try, twice as long each time.
 *
 * @param first the shortest wait
 * @param longest the longest
 * @param failures how often it has failed in a row
 */
record Backoff(Duration first, Duration longest, int failures) {
  private static final int MOST_DOUBLINGS = 20;

  static Backoff between(Duration first, Duration longest) {
    return new Backoff(first, longest, 0);
  }

  Backoff failed() {
    return new Backoff(first, longest, Math.min(failures + 1, MOST_DOUBLINGS));
  }

  /** Before the next try; zero before the first one. */
  Duration pause() {
    if (failures == 0) {
      return Duration.ZERO;
    }
    Duration pause = first.multipliedBy(1L << (failures - 1));
    return pause.compareTo(longest) > 0 ? longest : pause;
  }
}
