package dev.patchbay.agent.reconcile;

import dev.patchbay.agent.journal.Caller;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Owner;
import dev.patchbay.core.plan.Sandbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A running container, to which NICs can be added.
 *
 * @param owner whose the NICs will be
 * @param containerId the CNI container ID
 * @param netns its namespace
 * @param caller who asked for the others; of a container that we did not know, nobody
 * @param pod as people call it
 * @param there its NICs that we know
 */
public record Place(
    Owner owner,
    String containerId,
    Netns netns,
    Caller caller,
    String pod,
    List<NicRecord> there) {
  /** Copies the list. */
  public Place {
    there = List.copyOf(there);
  }

  /** A container that we know, by its NICs, at least one. */
  public static Place of(List<NicRecord> there) {
    NicRecord first =
        there.stream().filter(nic -> !nic.isPlugged()).findFirst().orElseGet(there::getFirst);
    Caller caller = first.caller();
    return new Place(
        first.key().owner(),
        first.key().incarnation(),
        first.netns(),
        new Caller(
            caller.runtime(),
            caller.network(),
            Optional.empty(),
            caller.podNamespace(),
            caller.podName()),
        caller.pod().orElse(first.key().incarnation()),
        there);
  }

  /** A container that we do not know. */
  public static Place unknown(String containerId, Netns netns) {
    return unknown(containerId, netns, containerId);
  }

  /** A container that is not there yet. */
  public static Place imagined(Netns netns) {
    return unknown("plan", netns, "a new container");
  }

  private static Place unknown(String containerId, Netns netns, String called) {
    return new Place(
        new Owner.Container("", containerId),
        containerId,
        netns,
        new Caller("", "", Optional.empty(), Optional.empty(), Optional.empty()),
        called,
        List.of());
  }

  /** CNI_ARGS as a runtime would give them, for third-party plugins. */
  public String args() {
    List<String> pairs = new ArrayList<>();
    caller.podNamespace().ifPresent(namespace -> pairs.add("K8S_POD_NAMESPACE=" + namespace));
    caller.podName().ifPresent(name -> pairs.add("K8S_POD_NAME=" + name));
    if (pairs.isEmpty()) {
      return "";
    }
    pairs.addFirst("IgnoreUnknown=1");
    pairs.add("K8S_POD_INFRA_CONTAINER_ID=" + containerId);
    if (owner instanceof Owner.Pod(var uid)) {
      pairs.add("K8S_POD_UID=" + uid);
    }
    return String.join(";", pairs);
  }

  /** The same as plans know it. */
  public Sandbox sandbox(List<String> path) {
    return new Sandbox(owner, containerId, netns, args(), path);
  }
}
