package dev.patchbay.agent.node;

import java.util.Optional;

/**
 * Container pods on a node without a container runtime: they wait and say what to install.
 *
 * @param writer of status
 * @param events for people
 * @param leavings takes away NICs from a time when there was a runtime
 */
record MissingRuntime(StatusWriter writer, NodeEvents events, Leavings leavings)
    implements PodRuntime {
  static final String REASON = "ContainerRuntimeMissing";
  private static final String MESSAGE =
      "this node has no container runtime; install containerd (apt install containerd) and run"
          + " patchbay up again; pods with spec.virtualMachine need none";

  @Override
  public PodTurn turn(PodView pod) {
    StatusDraft draft =
        writer
            .draft(pod)
            .phase("Pending")
            .condition("PodScheduled", true)
            .condition("PodReadyToStartContainers", false, REASON, MESSAGE)
            .condition("Ready", false, REASON, MESSAGE);
    if (draft.isNews()) {
      events.warning(pod, REASON, MESSAGE);
    }
    writer.write(pod, draft);
    return new PodTurn.Settled();
  }

  @Override
  public PodTurn end(PodView pod) {
    Optional<String> left = leavings.clear(pod.owner());
    return left.<PodTurn>map(PodTurn.Failed::new).orElseGet(PodTurn.Over::new);
  }
}
