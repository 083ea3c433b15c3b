package dev.patchbay.core.plan;

import java.util.List;

/**
 * One NIC with its plan, as the journal keeps it: DEL and recovery need nothing else but what the
 * ops yielded.
 *
 * @param attachment what was asked for
 * @param plan how it is made
 * @param result where its result comes from
 * @param checks what CHECK asks third-party plugins
 */
public record PlannedNic(
    Attachment attachment, Plan plan, ExecOp.Prior result, List<ExecOp.Check> checks) {
  /** Copies the list. */
  public PlannedNic {
    checks = List.copyOf(checks);
  }
}
