package dev.patchbay.e2e.differential;

/** One thing that happens to a pod; after each the host and the pod are looked at. */
sealed interface Act {
  /** The runtime calls CNI. */
  enum Cni implements Act {
    ADD,
    CHECK,
    DEL,
    /** After the sandbox has gone: CNI_NETNS is empty and no prevResult comes along. */
    DEL_WITHOUT_NETNS,
    /** ADD of the next interface of the same container: eth1. */
    ADD_SECOND,
    DEL_SECOND
  }

  /** Somebody else runs a shell's commands on the host; they must succeed. */
  record OnHost(String commands) implements Act {}

  /** Somebody else runs a shell's commands in the pod's namespace; they must succeed. */
  record InPod(String commands) implements Act {}

  /**
   * A command in the pod whose success or failure is compared.
   *
   * @param commands a shell's
   * @param succeeds what it must do on both sides
   */
  record Probe(String commands, boolean succeeds) implements Act {}
}
