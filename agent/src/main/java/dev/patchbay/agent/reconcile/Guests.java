package dev.patchbay.agent.reconcile;

import dev.patchbay.core.plan.AwaitOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.Performers;
import java.io.IOException;
import java.util.Set;

/** Virtual machines, as the reconciler needs them. */
public interface Guests extends Performers.Guests {
  /** Waits until a guest has let go of a device; done at once when it does not have it. */
  Performed await(AwaitOp op, AwaitOp.Condition.DeviceDeleted until);

  /**
   * The devices that a machine has, also those that its guest does not let go; none when it is off.
   *
   * @throws IOException when it cannot be asked
   */
  Set<String> devices(String vm) throws IOException;
}
