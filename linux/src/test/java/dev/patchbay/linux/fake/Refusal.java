package dev.patchbay.linux.fake;

import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.linux.libc.Errno;

/**
 * The fake kernel refused. Ops turn it into {@code Performed.Failed}; a test sees it only when what
 * it does to the machine by hand is impossible.
 */
public final class Refusal extends RuntimeException {
  private final AttachFailure why;

  Refusal(AttachFailure why) {
    super(why.message());
    this.why = why;
  }

  static Refusal kernel(String doing, Errno errno, String extAck) {
    return new Refusal(new AttachFailure.Kernel(doing, errno.toString(), extAck));
  }

  static Refusal kernel(String doing, int errno) {
    return kernel(doing, new Errno(errno), "");
  }

  /** What was refused and why. */
  public AttachFailure why() {
    return why;
  }
}
