package dev.patchbay.agent.node;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.reconcile.ContainerLocks;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.agent.reconcile.NodeReconciler.Detached;
import dev.patchbay.agent.reconcile.Operation;
import dev.patchbay.agent.vpc.FinishedPods;
import dev.patchbay.core.nic.Owner;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the journal still has of a pod that is going for good, whichever of its sandboxes it was.
 *
 * @param journal knows it
 * @param reconciler takes it away
 * @param locks one operation per container
 * @param finished pods whose ports nobody waits for any more
 */
record Leavings(
    Journal journal, NodeReconciler reconciler, ContainerLocks locks, FinishedPods finished) {
  /** Its NICs are about to go, and none of their ports waits for another sandbox. */
  void over(Owner owner) {
    finished.finished(owner);
  }

  /** Takes all of it away; a reason when something is left. */
  Optional<String> clear(Owner owner) {
    Map<String, List<NicRecord>> all =
        journal.ofOwner(owner).stream()
            .collect(
                Collectors.groupingBy(
                    nic -> nic.key().incarnation(), TreeMap::new, Collectors.toList()));
    Optional<String> trouble = Optional.empty();
    for (String container : all.keySet()) {
      try (var _ = locks.hold(container)) {
        List<NicRecord> now =
            journal.ofContainer(container).stream()
                .filter(nic -> nic.key().owner().equals(owner))
                .sorted(Comparator.comparingInt(NicRecord::position))
                .toList();
        if (reconciler.detach(now, Operation.unattended("del"))
            instanceof Detached.Left(var why, var left)) {
          trouble = Optional.of(why.message() + "; left behind: " + String.join(", ", left));
        }
      }
    }
    if (trouble.isEmpty()) {
      finished.forget(owner);
    }
    return trouble;
  }
}
