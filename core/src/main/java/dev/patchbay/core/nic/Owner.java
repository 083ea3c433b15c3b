package dev.patchbay.core.nic;

/** Whom a NIC belongs to for as long as that lives, however often its sandbox is made anew. */
public sealed interface Owner {
  /**
   * A pod that Kubernetes (or the embedded API) knows.
   *
   * @param uid metadata.uid
   */
  record Pod(String uid) implements Owner {
    @Override
    public String toString() {
      return "pod/" + uid;
    }
  }

  /**
   * A virtual machine.
   *
   * @param uid its own
   */
  record Vm(String uid) implements Owner {
    @Override
    public String toString() {
      return "vm/" + uid;
    }
  }

  /**
   * A container that only its runtime knows.
   *
   * @param runtime the runtime's executable, or the name that the configuration gives it; empty
   *     when unknown
   * @param containerId the CNI container ID
   */
  record Container(String runtime, String containerId) implements Owner {
    @Override
    public String toString() {
      return "container/" + (runtime.isEmpty() ? "" : runtime + "/") + containerId;
    }
  }
}
