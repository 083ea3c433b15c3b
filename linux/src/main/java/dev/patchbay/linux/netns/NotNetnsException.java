package dev.patchbay.linux.netns;

import java.io.IOException;

/** A path that exists but is no network namespace; the message names it and says what it is. */
public final class NotNetnsException extends IOException {
  /** Says what was found instead. */
  public NotNetnsException(String message) {
    super(message);
  }
}
