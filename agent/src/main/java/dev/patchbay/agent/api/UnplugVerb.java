package dev.patchbay.agent.api;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.reconcile.ContainerLocks;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.agent.reconcile.NodeReconciler.Detached;
import dev.patchbay.agent.reconcile.Operation;
import dev.patchbay.core.nic.IfName;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code unplug}: takes one NIC from a running container, whoever plugged it. The runtime's later
 * DEL finds it gone, which is success.
 */
record UnplugVerb(Journal journal, NodeReconciler reconciler, ContainerLocks locks)
    implements Verb {
  @Override
  public ObjectNode answer(Ask ask) {
    ask.fields().required("nic");
    IfName name = ask.fields().parsed("nic", IfName::new).orElseThrow();
    Targets.Target target = new Targets(journal).live(ask.fields());
    try (var _ = locks.hold(target.container())) {
      List<NicRecord> nics = Targets.nics(journal.ofContainer(target.container()));
      NicRecord nic =
          nics.stream()
              .filter(one -> one.key().nic().equals(name))
              .findFirst()
              .orElseThrow(() -> NicVerb.noNic(target, name.value(), nics));
      if (isPrimary(nic, nics) && !ask.fields().flag("force")) {
        throw new Refusal(
            name
                + " is the primary NIC of "
                + target
                + "; without it the pod is cut off, and nothing plugs it again",
            "patchbay unplug " + target + " " + name + " --force --yes");
      }
      ObjectNode before = NicView.of(nic);
      if (!ask.fields().flag("dryRun")) {
        detach(nic, target, ask);
        before.put("state", "Detached");
      }
      return Answers.list("NicList", List.of(before));
    }
  }

  private void detach(NicRecord nic, Targets.Target target, Ask ask) {
    switch (reconciler.detach(
        List.of(nic), new Operation("unplug", ask.environment(), ask.cancellation()))) {
      case Detached.Gone(), Detached.Owed _ -> {}
      case Detached.Left(var why, var leftBehind) ->
          throw new Refusal(
              target
                  + "/"
                  + nic.key().nic()
                  + " is not wholly unplugged: "
                  + why.message()
                  + "; left behind and tried again: "
                  + String.join(", ", leftBehind),
              "patchbay why " + target + " " + nic.key().nic());
    }
  }

  /** The first NIC of the first request that a runtime sent. */
  private static boolean isPrimary(NicRecord nic, List<NicRecord> all) {
    Optional<NicRecord> first =
        all.stream()
            .filter(one -> !one.isPlugged() && !one.isLoopback())
            .min(
                Comparator.comparing(NicRecord::since)
                    .thenComparingInt(NicRecord::position)
                    .thenComparing(one -> one.key().nic()));
    return first.map(nic::equals).orElse(false);
  }
}
