package dev.patchbay.agent.reconcile;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.plan.HostObserver;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
  private final HostObserver host;
  private final ContainerLocks locks;
  private final String bootId;

  /** Recovery for this boot. */
  public Recovery(
      Journal journal,
      NodeReconciler reconciler,
      HostObserver host,
      ContainerLocks locks,
      String bootId) {
    this.journal = journal;
    this.reconciler = reconciler;
    this.host = host;
    this.locks = locks;
    this.bootId = bootId;
  }

  /**
   * What became of the records.
   *
   * @param kept NICs that are as they were
   * @param finished NICs that were undone or whose unplugging was finished
   * @param left NICs of which something is left; they are tried again
   */
  public record Report(int kept, int finished, int left) {
    Report and(Report other) {
      return new Report(kept + other.kept, finished + other.finished, left + other.left);
    }
  }

  /** Looks at every record once. */
  public Report run() {
    Map<String, List<NicRecord>> containers =
        journal.all().stream()
            .collect(
                Collectors.groupingBy(
                    record -> record.key().incarnation(), TreeMap::new, Collectors.toList()));
    Report sum = new Report(0, 0, 0);
    for (String container : containers.keySet()) {
      try (var _ = locks.hold(container)) {
        // read again: while we waited its own DEL may have come
        sum = sum.and(recover(journal.ofContainer(container)));
      }
    }
    return sum;
  }

  private Report recover(List<NicRecord> nics) {
    List<NicRecord> due =
        nics.stream()
            .filter(this::isDue)
            .sorted(Comparator.comparingInt(NicRecord::position))
            .toList();
    int kept = nics.size() - due.size();
    return switch (reconciler.detach(due, Operation.unattended("recover"))) {
      case NodeReconciler.Detached.Gone() -> new Report(kept, due.size(), 0);
      case NodeReconciler.Detached.Left(var why, var leftBehind) -> {
        LOG.warn(
            "Patchbay: {}: {} is left ({}); it is tried again",
            due.getFirst().key(),
            leftBehind,
            why.message());
        yield new Report(kept, 0, due.size());
      }
    };
  }

  private boolean isDue(NicRecord nic) {
    if (!nic.bootId().equals(bootId)) {
      return true;
    }
    return switch (nic.state()) {
      case PENDING, PLUGGING, UNPLUGGING, FAILED, DETACHED -> true;
      case ATTACHED, DRIVER_READY, UP, CONFIGURED, DETACH_PENDING -> false;
    };
  }

  /**
   * NICs whose pod's namespace is gone although nobody sent DEL; they are only told, a runtime may
   * still come.
   */
  public List<NicRecord> orphans() {
    return journal.all().stream()
        .filter(nic ->
            nic.state() == NicState.ATTACHED
                && host.identify(nic.netns()) instanceof HostObserver.Identity.Gone)
        .toList();
  }
}
