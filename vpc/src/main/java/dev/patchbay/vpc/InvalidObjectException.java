package dev.patchbay.vpc;

import dev.patchbay.core.plan.AttachFailure;

/** An object of the store says something that cannot be. */
public final class InvalidObjectException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient AttachFailure why;

  /** Says which field of which object, and what to do. */
  public InvalidObjectException(AttachFailure.InvalidField why) {
    super(why.message());
    this.why = why;
  }

  AttachFailure why() {
    return why;
  }
}
