package dev.patchbay.agent.vm;

import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.vm.truth.GuestView;
import java.util.Optional;
import java.util.function.Consumer;

/** The guest's side of NICs, whose host's side the journal knows. */
@FunctionalInterface
public interface GuestViews {
  /** No NIC is any guest's. */
  GuestViews NONE = _ -> Optional.empty();

  /** What the guest has made of a NIC; empty for a container's. */
  Optional<GuestView> of(NicRecord nic);

  /** Tells the id of each machine one of whose NICs has changed, a few times a second at most. */
  default void listen(Consumer<String> changed) {}

  /** Where a NIC stands on the whole: on the host until it is attached, and then in its guest. */
  static NicState state(NicRecord nic, Optional<GuestView> guest) {
    return guest
        .filter(_ -> nic.state() == NicState.ATTACHED)
        .map(GuestView::state)
        .orElse(nic.state());
  }
}
