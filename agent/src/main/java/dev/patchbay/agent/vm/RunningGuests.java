package dev.patchbay.agent.vm;

import dev.patchbay.vm.hotplug.GuestNics;
import java.util.Optional;

/** The machines that are switched on. */
public interface RunningGuests {
  /** The NICs of a machine; empty when it is off. */
  Optional<GuestNics> running(String vm);
}
