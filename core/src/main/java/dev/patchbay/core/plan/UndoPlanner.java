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
   * Plans the way back. Guests let go first, all of them asked before any is waited for; one that
   * does not is cut off, and only the empty shell of the device stays with it. Then, last done is
   * first undone, except that links go together at the end, because the kernel waits a grace period
   * per deletion and only once for many; and addresses and ports are free only when no link has
   * them any more. The plan is suspended at its very end as long as a guest keeps such a shell.
   *
   * @param taken the steps in the order they were taken
   */
  public static Plan undo(List<Step> taken) {
    List<Plan> first = new ArrayList<>();
    List<Plan> links = new ArrayList<>();
    List<Plan> last = new ArrayList<>();
    List<GuestOp.UnplugDevice> devices = new ArrayList<>();
    for (Step step : taken.reversed()) {
      Optional<Op> undo = step.undo();
      if (undo.isPresent()) {
        Plan back = Step.of(undo.get(), "undo: " + step.why());
        switch (undo.get()) {
          case LinkOp.DeleteLink _ -> links.add(back);
          case LeaseOp _, PortOp _ -> last.add(back);
          // a port without its guard could lie about who it is
          case LinkOp.UnguardPort _ -> last.add(back);
          case GuestOp.UnplugDevice device -> devices.add(device);
          case LinkOp _, ExecOp _, GuestOp _, AwaitOp _ -> first.add(back);
        }
      }
    }
    return Plan.sequence(
        unplug(devices),
        new Plan.Sequence(first),
        new Plan.Parallel(links),
        new Plan.Parallel(last),
        shells(devices));
  }

  /**
   * Plans another try for devices that guests have kept: they are asked once more, and nobody waits
   * for them.
   *
   * @param taken the steps that made them
   */
  public static Plan again(List<Step> taken) {
    List<GuestOp.UnplugDevice> devices = new ArrayList<>();
    for (Step step : taken.reversed()) {
      if (step.undo().isPresent() && step.undo().get() instanceof GuestOp.UnplugDevice device) {
        devices.add(device);
      }
    }
    return Plan.sequence(asked(devices), shells(devices));
  }

  private static Plan asked(List<GuestOp.UnplugDevice> devices) {
    return new Plan.Sequence(
        devices.stream().<Plan>map(device -> Step.of(device, "the guest lets go first")).toList());
  }

  private static Plan unplug(List<GuestOp.UnplugDevice> devices) {
    List<Plan> awaited = new ArrayList<>();
    List<Plan> cut = new ArrayList<>();
    for (GuestOp.UnplugDevice device : devices) {
      awaited.add(
          Step.of(
              new AwaitOp(deleted(device), device.patience(), AwaitOp.Late.PROCEEDS),
              "a guest may take its time or refuse"));
      cut.add(
          Step.of(
              new GuestOp.RemoveNetdev(device.vm(), device.device()),
              "the tap is free after this, whatever the guest does"));
    }
    return Plan.sequence(asked(devices), new Plan.Sequence(awaited), new Plan.Sequence(cut));
  }

  private static Plan shells(List<GuestOp.UnplugDevice> devices) {
    return new Plan.Parallel(
        devices.stream()
            .<Plan>map(device ->
                Step.of(
                    new AwaitOp(deleted(device), Duration.ZERO, AwaitOp.Late.SUSPENDS),
                    "its id and port are free when the guest has let go or is reset"))
            .toList());
  }

  private static AwaitOp.Condition deleted(GuestOp.UnplugDevice device) {
    return new AwaitOp.Condition.DeviceDeleted(device.vm(), device.device());
  }
}
