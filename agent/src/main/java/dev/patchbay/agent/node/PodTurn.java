package dev.patchbay.agent.node;

import java.time.Duration;

/** What one look at a pod came to. */
sealed interface PodTurn {
  /** All is as it should be; look again when something changes. */
  record Settled() implements PodTurn {}

  /**
   * Something is due by itself.
   *
   * @param pause until then
   */
  record After(Duration pause) implements PodTurn {}

  /**
   * Something could not be done; it is tried again, later each time.
   *
   * @param why for the log
   */
  record Failed(String why) implements PodTurn {}

  /** Nothing of the pod is left. */
  record Over() implements PodTurn {}
}
