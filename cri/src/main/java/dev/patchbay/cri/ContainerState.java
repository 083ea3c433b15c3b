package dev.patchbay.cri;

import java.time.Instant;

/** Where a container is in its life. */
public sealed interface ContainerState {
  /** Made but not started. */
  record Created() implements ContainerState {}

  /** Its first process runs. */
  record Running(Instant startedAt) implements ContainerState {}

  /**
   * Its first process ended.
   *
   * @param exitCode 128 + signal when a signal ended it
   * @param reason the runtime's word: {@code Completed}, {@code Error}, {@code OOMKilled} …
   */
  record Exited(int exitCode, Instant startedAt, Instant finishedAt, String reason, String message)
      implements ContainerState {}

  /** The runtime lost track of it. */
  record Unknown(String reason, String message) implements ContainerState {}
}
