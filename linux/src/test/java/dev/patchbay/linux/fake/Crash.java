package dev.patchbay.linux.fake;

import dev.patchbay.core.plan.LinkOp;

/**
 * The agent has been killed at this point, as by {@code kill -9}: nothing of it runs any more, and
 * the fake kernel goes on as it is. Only the simulation that armed it may catch it.
 */
public final class Crash extends Error {
  private final LinkOp op;

  Crash(LinkOp op, boolean happened) {
    super("killed " + (happened ? "after " : "before ") + op);
    this.op = op;
  }

  /** The op at which it happened. */
  public LinkOp op() {
    return op;
  }
}
