package dev.patchbay.agent.vm;

import dev.patchbay.vm.hotplug.GuestNics;
import java.io.IOException;
import java.util.Optional;

/**
 * The virtual machines of this node that are switched on. It has to know them before the first NIC
 * is touched after an agent's start: a machine that it does not know counts as off, and its NICs
 * would be taken away under it.
 */
@FunctionalInterface
public interface RunningGuests {
  /** No machine ever runs. */
  RunningGuests NONE = _ -> Optional.empty();

  /**
   * The NICs of a machine; empty when it is off, was reset to nothing, or has died.
   *
   * @param vm the machine's id: its pod's UID
   * @throws IOException when it runs, but its monitor does not answer
   */
  Optional<GuestNics> running(String vm) throws IOException;
}
