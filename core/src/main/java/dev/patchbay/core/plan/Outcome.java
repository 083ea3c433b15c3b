package dev.patchbay.core.plan;

import java.util.List;

/** What became of a plan, told truly in four words. */
public sealed interface Outcome {
  /**
   * All of it is done.
   *
   * @param bound what the ops yielded
   */
  record Done(Bindings bound) implements Outcome {}

  /**
   * A step failed and every other has been taken back: the machine is as before, but for shared
   * objects.
   *
   * @param failed the step
   * @param why its failure
   */
  record RolledBack(Step failed, AttachFailure why) implements Outcome {}

  /**
   * A step failed, and something could not be taken back.
   *
   * @param failed the step
   * @param why its failure
   * @param leftBehind the undo steps that failed and are still due
   * @param bound what they need
   */
  record Stuck(Step failed, AttachFailure why, List<Step> leftBehind, Bindings bound)
      implements Outcome {
    /** Copies the list. */
    public Stuck {
      leftBehind = List.copyOf(leftBehind);
    }
  }

  /**
   * It waits for something that may take any time, such as a guest that has not let go.
   *
   * @param until what it waits for
   * @param rest what is to be done when that has come
   * @param bound what the rest needs
   */
  record Pending(AwaitOp until, Plan rest, Bindings bound) implements Outcome {}
}
