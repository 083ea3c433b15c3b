package dev.patchbay.core.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns steps that were taken into the plan that takes them back. Rollback, DEL, unplug and
 * recovery are all this one, with the steps that ran or, when nobody knows which ran, all of them:
 * every undo takes the absent for done.
 */
public final class UndoPlanner {
  private UndoPlanner() {}

  /**
   * Plans the way back. Last done is first undone, except that links go together at the end,
   * because the kernel waits a grace period per deletion and only once for many; and addresses and
   * ports are free only when no link has them any more.
   *
   * @param taken the steps in the order they were taken
   */
  public static Plan undo(List<Step> taken) {
    List<Plan> first = new ArrayList<>();
    List<Plan> links = new ArrayList<>();
    List<Plan> last = new ArrayList<>();
    for (Step step : taken.reversed()) {
      Optional<Op> undo = step.undo();
      if (undo.isPresent()) {
        Plan back = Step.of(undo.get(), "undo: " + step.why());
        switch (undo.get()) {
          case LinkOp.DeleteLink _ -> links.add(back);
          case LeaseOp _, PortOp _ -> last.add(back);
          // a port without its guard could lie about who it is
          case LinkOp.UnguardPort _ -> last.add(back);
          case LinkOp _, ExecOp _, GuestOp _, AwaitOp _ -> first.add(back);
        }
      }
    }
    return Plan.sequence(
        new Plan.Sequence(first), new Plan.Parallel(links), new Plan.Parallel(last));
  }

  /**
   * A NIC of a virtual machine as far as the guest is concerned.
   *
   * @param vm the machine
   * @param device QEMU's device id
   * @param netdev QEMU's netdev id
   * @param patience how long the guest may take to let go
   */
  public record GuestNic(String vm, String device, String netdev, Duration patience) {}

  /**
   * Plans the unplugging of a NIC from a running guest: the guest first, then the host. When the
   * guest does not let go in time the plan is suspended there, and what follows is done when it
   * has.
   *
   * @param guest the guest's side
   * @param taken the steps that made the host's side
   */
  public static Plan unplug(GuestNic guest, List<Step> taken) {
    return Plan.sequence(
        Step.of(new GuestOp.UnplugDevice(guest.vm(), guest.device()), "the guest lets go first"),
        Step.of(
            new AwaitOp(
                new AwaitOp.Condition.DeviceDeleted(guest.vm(), guest.device()),
                guest.patience(),
                AwaitOp.Late.SUSPENDS),
            "a guest may take its time or refuse"),
        Step.of(new GuestOp.RemoveNetdev(guest.vm(), guest.netdev()), "the tap is free after this"),
        undo(taken));
  }
}
