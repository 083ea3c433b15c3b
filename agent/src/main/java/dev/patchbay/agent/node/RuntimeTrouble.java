package dev.patchbay.agent.node;

import dev.patchbay.cri.CriException;
import dev.patchbay.cri.CriFailure;
import java.io.IOException;

/** What the container runtime did not do. */
final class RuntimeTrouble extends IOException {
  private static final long serialVersionUID = 1;
  private final transient CriFailure failure;

  RuntimeTrouble(CriFailure failure) {
    super(failure.what() + "; " + failure.remedy());
    this.failure = failure;
  }

  static RuntimeTrouble of(CriException e) {
    RuntimeTrouble trouble = new RuntimeTrouble(e.failure());
    trouble.initCause(e);
    return trouble;
  }

  CriFailure failure() {
    return failure;
  }

  String text() {
    return String.valueOf(getMessage());
  }

  /** Whether the runtime cannot be asked at all, so that nobody knows how it is. */
  boolean isAway() {
    return switch (failure) {
      case CriFailure.Unreachable _, CriFailure.Lost _, CriFailure.TimedOut _ -> true;
      case CriFailure.NotFound _,
          CriFailure.AlreadyExists _,
          CriFailure.ImageMissing _,
          CriFailure.Refused _,
          CriFailure.Unsupported _,
          CriFailure.Failed _ ->
          false;
    };
  }
}
