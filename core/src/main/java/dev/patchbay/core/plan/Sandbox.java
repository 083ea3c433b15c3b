package dev.patchbay.core.plan;

import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Owner;
import java.util.List;

/**
 * Where the NICs of one plan go.
 *
 * @param owner whose they are
 * @param containerId the incarnation: the CNI container ID
 * @param netns the pod's namespace
 * @param args CNI_ARGS as the caller gave them, for delegates
 * @param path folders with plugins, best first
 */
public record Sandbox(
    Owner owner, String containerId, Netns netns, String args, List<String> path) {
  /** Copies the list. */
  public Sandbox {
    path = List.copyOf(path);
  }
}
