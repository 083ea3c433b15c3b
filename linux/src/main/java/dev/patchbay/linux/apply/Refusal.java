package dev.patchbay.linux.apply;

import dev.patchbay.core.plan.AttachFailure;
import java.io.IOException;

/** Carries an expected failure up to the op that meets it, where it becomes a value again. */
final class Refusal extends IOException {
  private final transient AttachFailure why;

  Refusal(AttachFailure why) {
    super(why.message());
    this.why = why;
  }

  AttachFailure why() {
    return why;
  }
}
