package dev.patchbay.e2e;

import dev.patchbay.cri.CriException;
import java.io.UncheckedIOException;

/** A call to the container runtime in a test: what the runtime refuses ends the test. */
final class Cri {
  private Cri() {}

  /** A call with an answer. */
  @FunctionalInterface
  interface Asking<T> {
    T call() throws CriException;
  }

  /** A call without an answer. */
  @FunctionalInterface
  interface Telling {
    void call() throws CriException;
  }

  static <T> T ask(Asking<T> call) {
    try {
      return call.call();
    } catch (CriException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  static void tell(Telling call) {
    ask(() -> {
      call.call();
      return true;
    });
  }
}
