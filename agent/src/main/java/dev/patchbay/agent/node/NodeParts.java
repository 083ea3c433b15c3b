package dev.patchbay.agent.node;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.reconcile.ContainerLocks;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.linux.netns.NetnsKeeper;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * What the node works with: the real machine, or a fake one in tests.
 *
 * @param journal what was promised
 * @param reconciler plugs and unplugs
 * @param locks one operation per container, shared with the CNI server
 * @param namespaces for pods that have no runtime to make theirs
 * @param clock for times in status and events
 */
public record NodeParts(
    Journal journal,
    NodeReconciler reconciler,
    ContainerLocks locks,
    NetnsKeeper namespaces,
    Clock clock) {
  /** Unplugs every NIC that the journal knows; what is left, in words. */
  public List<String> releaseAll() {
    List<String> left = new ArrayList<>();
    var leavings = new Leavings(journal, reconciler, locks);
    journal.all().stream()
        .map(nic -> nic.key().owner())
        .distinct()
        .forEach(owner -> leavings.clear(owner).ifPresent(left::add));
    try {
      for (String name : namespaces.listed()) {
        namespaces.delete(name);
      }
    } catch (IOException e) {
      left.add("namespaces of pods: " + e.getMessage());
    }
    return left;
  }
}
