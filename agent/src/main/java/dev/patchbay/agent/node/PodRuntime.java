package dev.patchbay.agent.node;

/** What makes a pod of its kind run, turn by turn, and takes it away. */
interface PodRuntime {
  /** Looks at a pod that is to run and does what is due; may throw KubeFailure. */
  PodTurn turn(PodView pod);

  /**
   * Takes away what is on the node of a pod that is being deleted, or is gone from the API; Over
   * when nothing is left.
   */
  PodTurn end(PodView pod);

  /**
   * Takes away what is on the node of a pod that the API keeps: the node itself is going. What the
   * pod will want again stays, if anything.
   */
  default PodTurn leave(PodView pod) {
    return end(pod);
  }
}
