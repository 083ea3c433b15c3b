package dev.patchbay.cri;

import java.io.IOException;

/** A call that the runtime did not do; {@link #failure} says which and what helps. */
public final class CriException extends IOException {
  private final transient CriFailure failure;

  CriException(CriFailure failure, Throwable cause) {
    super(failure.what() + "; " + failure.remedy(), cause);
    this.failure = failure;
  }

  CriException(CriFailure failure) {
    super(failure.what() + "; " + failure.remedy());
    this.failure = failure;
  }

  /** What failed. */
  public CriFailure failure() {
    return failure;
  }
}
