package dev.patchbay.linux.netns;

import java.io.IOException;
import org.junit.jupiter.api.Assumptions;

/** What tests on a real kernel need; they make their own namespaces. */
public final class LiveNetns {
  private LiveNetns() {}

  /** Skips the test, with the reason, where namespaces cannot be made. */
  public static void assumePermitted() {
    try {
      NetnsHandle.create().close();
    } catch (IOException e) {
      Assumptions.abort("needs the right to make network namespaces: " + e.getMessage());
    }
  }
}
