package dev.patchbay.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;

/**
 * Compares host states across time: the kernel ends namespaces some moments after their last use.
 */
final class HostStates {
  static final Duration SETTLING = Duration.ofSeconds(10);

  private HostStates() {}

  /** The state once it equals {@code before}, or as it is when that does not come about. */
  static HostState settled(
      Lab lab, HostState before, Collection<Path> reservations, String... sharedLinks) {
    return Await.settled(
        SETTLING, () -> HostState.of(lab, reservations).without(sharedLinks), before::equals);
  }
}
