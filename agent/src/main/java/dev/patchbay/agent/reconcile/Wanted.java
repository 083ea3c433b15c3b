package dev.patchbay.agent.reconcile;

import dev.patchbay.agent.journal.Caller;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.Sandbox;
import java.util.List;
import java.util.Optional;

/**
 * The NICs that one request wants.
 *
 * @param sandbox where
 * @param caller for whom
 * @param nics in the order asked for
 * @param primary the one whose default route counts when several come together
 */
public record Wanted(
    Sandbox sandbox, Caller caller, List<Attachment> nics, Optional<IfName> primary) {
  /** Copies the list. */
  public Wanted {
    nics = List.copyOf(nics);
  }
}
