package dev.patchbay.core.plan;

import java.util.Optional;

/**
 * One op with what takes it back and why it is there.
 *
 * @param op what to do
 * @param undo what takes it back; empty when it goes with its link, or is a shared object that is
 *     only ensured
 * @param why the reason, for people
 */
public record Step(Op op, Optional<Op> undo, String why) implements Plan {
  /** A step that is taken back by another op. */
  public static Step of(Op op, Op undo, String why) {
    return new Step(op, Optional.of(undo), why);
  }

  /** A step that needs no undo of its own. */
  public static Step of(Op op, String why) {
    return new Step(op, Optional.empty(), why);
  }
}
