package dev.patchbay.agent.reconcile;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.core.nic.NicState;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings journal and machine together after the agent was away. What was being plugged is undone,
 * because its caller never got an answer; what was being unplugged is finished; what an earlier
 * boot made is released, because the kernel's part of it died with that boot.
 */
public final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final Journal journal;
  private final NodeReconciler reconciler;
  private final ContainerLocks locks;
  private final String bootId;

  /** Recovery for this boot. */
  public Recovery(Journal journal, NodeReconciler reconciler, ContainerLocks locks, String bootId) {
    this.journal = journal;
    this.reconciler = reconciler;
    this.locks = locks;
    this.bootId = bootId;
  }

  /**
   * What became of the records.
   *
   * @param kept NICs beside them that are as they were
   * @param finished NICs that were undone or whose unplugging was finished
   * @param left NICs of which something is left; they are tried again
   */
  public record Report(int kept, int finished, int left) {
    Report and(Report other) {
      return new Report(kept + other.kept, finished + other.finished, left + other.left);
    }
  }

  /** Looks once at every container that is not settled. */
  public Report run() {
    Report sum = new Report(0, 0, 0);
    for (String container : journal.unsettled(bootId)) {
      try (var _ = locks.hold(container)) {
        // read again: while we waited its own DEL may have come
        sum = sum.and(recover(journal.ofContainer(container)));
      }
    }
    return sum;
  }

  private Report recover(List<NicRecord> nics) {
    List<NicRecord> inOrder =
        nics.stream().sorted(Comparator.comparingInt(NicRecord::position)).toList();
    List<NicRecord> due =
        inOrder.stream().filter(nic -> isOfThisBoot(nic) && isUnfinished(nic)).toList();
    List<NicRecord> over =
        inOrder.stream()
            .filter(nic -> !isOfThisBoot(nic) && nic.state() != NicState.DETACHED)
            .toList();
    Operation operation = Operation.unattended("recover");
    reconciler.settle(inOrder.stream().filter(this::isOfThisBoot).toList());
    return new Report(nics.size() - due.size() - over.size(), 0, 0)
        .and(report(due, reconciler.detach(due, operation)))
        .and(report(over, reconciler.retire(over, operation)));
  }

  private static Report report(List<NicRecord> nics, NodeReconciler.Detached detached) {
    return switch (detached) {
      case NodeReconciler.Detached.Gone() -> new Report(0, nics.size(), 0);
      case NodeReconciler.Detached.Owed(var why, var owed) -> {
        LOG.warn(
            "Patchbay: {}: {} is due ({}); it is tried again",
            nics.getFirst().key(),
            owed,
            why.message());
        yield new Report(0, 0, nics.size());
      }
      case NodeReconciler.Detached.Left(var why, var leftBehind) -> {
        LOG.warn(
            "Patchbay: {}: {} is left ({}); it is tried again",
            nics.getFirst().key(),
            leftBehind,
            why.message());
        yield new Report(0, 0, nics.size());
      }
    };
  }

  private boolean isOfThisBoot(NicRecord nic) {
    return nic.bootId().equals(bootId);
  }

  private static boolean isUnfinished(NicRecord nic) {
    return switch (nic.state()) {
      case PENDING, PLUGGING, UNPLUGGING, FAILED -> true;
      case ATTACHED, DRIVER_READY, UP, CONFIGURED, DETACH_PENDING, DETACHED -> false;
    };
  }
}
