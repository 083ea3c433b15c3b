package dev.patchbay.linux.netns;

import java.io.IOException;

/**
 * Something to do on a thread that is inside a network namespace.
 *
 * @param <T> what it yields
 */
@FunctionalInterface
public interface NetnsWork<T> {
  /** Runs inside the namespace. */
  T call() throws IOException;
}
