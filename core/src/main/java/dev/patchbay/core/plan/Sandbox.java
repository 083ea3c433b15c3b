package dev.patchbay.core.plan;

import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Owner;
import java.util.List;
import java.util.Optional;

/**
 * Where the NICs of one plan go.
 *
 * @param owner whose they are
 * @param containerId the incarnation: the CNI container ID
 * @param netns the pod's namespace
 * @param args CNI_ARGS as the caller gave them, for delegates
 * @param path folders with plugins, best first
 * @param guest the virtual machine that gets them; empty for containers
 */
public record Sandbox(
    Owner owner,
    String containerId,
    Netns netns,
    String args,
    List<String> path,
    Optional<Guest> guest) {
  /** Copies the list. */
  public Sandbox {
    path = List.copyOf(path);
  }

  /** A container. */
  public Sandbox(Owner owner, String containerId, Netns netns, String args, List<String> path) {
    this(owner, containerId, netns, args, path, Optional.empty());
  }

  /** The same, of a virtual machine. */
  public Sandbox of(Guest machine) {
    return new Sandbox(owner, containerId, netns, args, path, Optional.of(machine));
  }
}
