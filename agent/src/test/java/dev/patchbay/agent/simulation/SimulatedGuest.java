package dev.patchbay.agent.simulation;

import dev.patchbay.agent.cases.Case;
import dev.patchbay.agent.reconcile.Wanted;
import dev.patchbay.core.plan.AttachPlanner;
import dev.patchbay.core.plan.AttachPlanner.Planning;
import dev.patchbay.core.plan.AwaitOp;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.GuestOp;
import dev.patchbay.core.plan.KernelSession;
import dev.patchbay.core.plan.Outcome;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.Performers;
import dev.patchbay.core.plan.Plan;
import dev.patchbay.core.plan.PlanApplier;
import dev.patchbay.core.plan.PlanWatch;
import dev.patchbay.core.plan.UndoPlanner;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A virtual machine with one NIC that is plugged, on a fake kernel; plans are walked without an
 * agent.
 */
final class SimulatedGuest implements AutoCloseable {
  private final Case.Machine machine;
  private final FakeLeases leases = new FakeLeases();
  private final Mishap mishap;
  private final KernelSession kernel;
  private final String before;
  private final Set<String> inGuest = new TreeSet<>();
  private final Plan unplug;
  private final Bindings plugged;
  private boolean stubborn;

  SimulatedGuest(Case golden, OpCoverage coverage) {
    this.machine = golden.machine();
    this.mishap = new Mishap(coverage);
    this.kernel = machine.kernel().open();
    this.before = state();
    Wanted wanted = golden.wanted(machine.netns());
    var ready =
        (Planning.Ready)
            AttachPlanner.plan(
                wanted.sandbox(), wanted.nics(), wanted.primary(), machine.kernel().view(Set.of()));
    this.plugged = ((Outcome.Done) applier().apply(ready.whole(), Bindings.NONE)).bound();
    UndoPlanner.GuestNic guest = golden.guest().orElseThrow();
    inGuest.add(guest.device());
    inGuest.add(guest.netdev());
    this.unplug = UndoPlanner.unplug(guest, ready.whole().steps().toList());
  }

  private PlanApplier applier() {
    return new PlanApplier(
        new Performers(
            (batch, bound) ->
                batch.stream()
                    .map(op -> mishap.meet(op, () -> kernel.execute(List.of(op), bound).getFirst()))
                    .toList(),
            (op, bound) -> mishap.meet(op, () -> leases.execute(op, bound)),
            (op, _) -> {
              throw new AssertionError("the case has no port: " + op);
            },
            (op, _) -> {
              throw new AssertionError("the case has no plugin: " + op);
            },
            (op, _) -> mishap.meet(op, () -> obey(op)),
            (op, _) -> mishap.meet(op, () -> await(op))),
        PlanWatch.NONE);
  }

  private Performed obey(GuestOp op) {
    switch (op) {
      case GuestOp.UnplugDevice(_, var device) -> {
        if (!stubborn) {
          inGuest.remove(device);
        }
      }
      case GuestOp.RemoveNetdev(_, var netdev) -> inGuest.remove(netdev);
    }
    return Performed.done();
  }

  private Performed await(AwaitOp op) {
    var deleted = (AwaitOp.Condition.DeviceDeleted) op.until();
    return inGuest.contains(deleted.device()) ? new Performed.Late() : Performed.done();
  }

  /** From now on the guest ignores what it is asked. */
  void holdOn() {
    stubborn = true;
  }

  void letGo() {
    stubborn = false;
    inGuest.removeIf(name -> !name.startsWith("host"));
  }

  /** Unplugs with a mishap at the nth op; whatever comes of it. */
  void unplugMeeting(int nth, Mishap.Kind kind) {
    mishap.plan(nth, kind);
    try {
      Outcome outcome = unplug();
      if (outcome instanceof Outcome.Done) {
        throw new AssertionError("op " + nth + " failed, but all is done");
      }
    } catch (AgentDied died) {
      if (!kind.kills()) {
        throw died;
      }
    }
    mishap.clear();
  }

  Outcome unplug() {
    return applier().undo(unplug, plugged);
  }

  Outcome resume(Outcome.Pending pending) {
    return applier().undo(pending.rest(), pending.bound());
  }

  /** What there was before the NIC was plugged. */
  String stateBeforePlug() {
    return before;
  }

  String state() {
    return machine.kernel().dumpWithoutShared() + leases.held() + inGuest;
  }

  @Override
  public void close() {
    kernel.close();
  }
}
