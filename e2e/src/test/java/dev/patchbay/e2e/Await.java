package dev.patchbay.e2e;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what another process does, by looking again until a deadline. */
public final class Await {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private Await() {}

  /** Returns when {@code condition} holds; an {@link AssertionError} after {@code limit}. */
  public static void until(String what, Duration limit, BooleanSupplier condition) {
    if (!holds(limit, condition)) {
      throw new AssertionError("waited %s in vain: %s".formatted(limit, what));
    }
  }

  /** The first value that is {@code wanted}, or the last one seen when the limit is reached. */
  public static <T> T settled(Duration limit, Supplier<T> look, Predicate<T> wanted) {
    long deadline = System.nanoTime() + limit.toNanos();
    T seen = look.get();
    while (!wanted.test(seen) && System.nanoTime() < deadline) {
      pause();
      seen = look.get();
    }
    return seen;
  }

  private static boolean holds(Duration limit, BooleanSupplier condition) {
    return settled(limit, condition::getAsBoolean, held -> held);
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }
}
