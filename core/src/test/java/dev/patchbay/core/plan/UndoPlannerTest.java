package dev.patchbay.core.plan;

import static dev.patchbay.core.plan.Steps.PATIENCE;
import static dev.patchbay.core.plan.Steps.guest;
import static dev.patchbay.core.plan.Steps.lease;
import static dev.patchbay.core.plan.Steps.loopback;
import static dev.patchbay.core.plan.Steps.plugin;
import static dev.patchbay.core.plan.Steps.shared;
import static dev.patchbay.core.plan.Steps.shellOf;
import static dev.patchbay.core.plan.Steps.tap;
import static dev.patchbay.core.plan.Steps.undoOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class UndoPlannerTest {
  @Test
  void pluginsGoInReverseThenAllLinksTogetherThenLeases() {
    Step lease = lease("a");
    Step bridge = plugin("bridge");
    Step tap0 = tap("tap0");
    Step up = loopback("lo");
    Step tap1 = tap("tap1");
    Step portmap = plugin("portmap");
    Plan undo = UndoPlanner.undo(List.of(lease, bridge, tap0, up, tap1, portmap));
    var machine = new Machine();
    new PlanApplier(machine.performers(), PlanWatch.NONE).undo(undo, Bindings.NONE);
    assertThat(machine.calls())
        .containsExactly(
            List.of(undoOf(portmap)),
            List.of(undoOf(up)),
            List.of(undoOf(bridge)),
            List.of(undoOf(tap1), undoOf(tap0)),
            List.of(undoOf(lease)));
  }

  @Test
  void eachUndoTellsWhatItTakesBack() {
    assertThat(UndoPlanner.undo(List.of(tap("tap0"))).steps().map(Step::why))
        .containsExactly("undo: tap tap0");
  }

  @Test
  void sharedObjectsStay() {
    assertThat(UndoPlanner.undo(List.of(shared("a"))).isEmpty()).isTrue();
  }

  @Property
  void everyUndoIsThereOnceAndNothingIsFreeBeforeNobodyUsesIt(@ForAll("taken") List<Step> taken) {
    List<Op> undone = UndoPlanner.undo(taken).steps().map(Step::op).toList();
    List<Op> undos = taken.reversed().stream().flatMap(step -> step.undo().stream()).toList();
    assertThat(undone).containsExactlyInAnyOrderElementsOf(undos);
    assertThat(undone.stream().map(UndoPlannerTest::rank)).isSorted();
    assertThat(undone.stream().filter(op -> rank(op) == 0))
        .containsExactlyElementsOf(undos.stream().filter(op -> rank(op) == 0).toList());
  }

  private static int rank(Op undo) {
    return switch (undo) {
      case LinkOp.DeleteLink _ -> 1;
      case LeaseOp _, PortOp _ -> 2;
      case LinkOp _, ExecOp _, GuestOp _, AwaitOp _ -> 0;
    };
  }

  @Provide
  Arbitrary<List<Step>> taken() {
    return Arbitraries.integers()
        .between(0, 4)
        .list()
        .ofMaxSize(12)
        .map(kinds -> {
          List<Step> steps = new ArrayList<>();
          for (int kind : kinds) {
            String name = "x" + steps.size();
            steps.add(
                switch (kind) {
                  case 0 -> lease(name);
                  case 1 -> plugin(name);
                  case 2 -> tap(name);
                  case 3 -> loopback(name);
                  default -> shared(name);
                });
          }
          return steps;
        });
  }

  @Test
  void guestsAreAskedTogetherAndLetGoBeforeTheHostTakesAnything() {
    Step lease = lease("a");
    Step tap = tap("tap0");
    Plan undo = UndoPlanner.undo(List.of(lease, tap, guest("net1"), guest("net2")));
    assertThat(undo.steps().map(Step::op))
        .containsExactly(
            new GuestOp.UnplugDevice("vm", "net2", PATIENCE),
            new GuestOp.UnplugDevice("vm", "net1", PATIENCE),
            await("net2"),
            await("net1"),
            new GuestOp.RemoveNetdev("vm", "net2"),
            new GuestOp.RemoveNetdev("vm", "net1"),
            undoOf(tap),
            undoOf(lease),
            shellOf("net2"),
            shellOf("net1"));
    assertThat(undo.steps().map(Step::undo)).containsOnly(Optional.empty());
  }

  private static AwaitOp await(String device) {
    return new AwaitOp(
        new AwaitOp.Condition.DeviceDeleted("vm", device), PATIENCE, AwaitOp.Late.PROCEEDS);
  }

  @Test
  void guestThatDoesNotLetGoKeepsNothingButAnEmptyShell() {
    Step tap = tap("tap0");
    Plan undo = UndoPlanner.undo(List.of(tap, guest("net1"), guest("net2")));
    var machine = new Machine();
    machine.isLate(await("net1"));
    machine.isLate(shellOf("net1"));
    var applier = new PlanApplier(machine.performers(), PlanWatch.NONE);
    Outcome.Pending pending = (Outcome.Pending) applier.undo(undo, Bindings.NONE);
    assertThat(pending.until()).isEqualTo(shellOf("net1"));
    assertThat(pending.rest().isEmpty()).isTrue();
    assertThat(machine.asked()).contains(undoOf(tap)).endsWith(shellOf("net2"), shellOf("net1"));
  }
}
