package dev.patchbay.agent.vpc;

import dev.patchbay.core.nic.Owner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Owners of NICs that have come to their end before the API says so: a pod is told to be over only
 * once its addresses are free, so its ports cannot wait for that.
 */
public final class FinishedPods {
  private final Set<String> owners = ConcurrentHashMap.newKeySet();

  /** From now on none of its ports waits for another sandbox. */
  public void finished(Owner owner) {
    owners.add(owner.toString());
  }

  /** Nothing of it is left. */
  public void forget(Owner owner) {
    owners.remove(owner.toString());
  }

  boolean has(String owner) {
    return owners.contains(owner);
  }
}
