package dev.patchbay.cni.libcni;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.core.plan.AttachFailure;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** How one call of somebody else's plugin ended. */
public sealed interface ExecOutcome {
  /**
   * It exited with 0, and answered as its command demands.
   *
   * @param answer the result of ADD, complete with a version that we speak, or the answer to
   *     VERSION; absent for the other commands, whose output means nothing
   */
  record Succeeded(Optional<ObjectNode> answer) implements ExecOutcome {}

  /**
   * It said no, in the form of the specification.
   *
   * @param type the plugin
   * @param error as it said it
   */
  record Refused(String type, CniError error) implements ExecOutcome {}

  /**
   * It could not be run, hung, died or answered something that is not CNI. It may have done half of
   * its work: an ADD that broke needs its DEL.
   *
   * @param why DelegateMissing, DelegateBroke or TimedOut
   */
  record Broke(AttachFailure why) implements ExecOutcome {}

  /** Why it did not succeed. */
  default Optional<AttachFailure> failure() {
    return switch (this) {
      case Succeeded _ -> Optional.empty();
      case Refused(var type, var error) ->
          Optional.of(
              new AttachFailure.DelegateRefused(type, error.code(), error.msg(), error.details()));
      case Broke(var why) -> Optional.of(why);
    };
  }
}
