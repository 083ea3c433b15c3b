package dev.patchbay.cri;

import java.time.Duration;

/** Waits for what another process does, by looking again until a deadline. */
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Await() {}

  /** A look that may fail. */
  @FunctionalInterface
  public interface Look {
    boolean holds() throws Exception;
  }

  /** Returns when it holds; an {@link AssertionError} after half a minute. */
  public static void until(String what, Look look) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    try {
      while (!look.holds()) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError("waited %s in vain: %s".formatted(LIMIT, what));
        }
        Thread.sleep(20);
      }
    } catch (Exception e) {
      throw new AssertionError("cannot look whether " + what, e);
    }
  }
}
