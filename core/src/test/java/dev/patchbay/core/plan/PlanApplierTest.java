package dev.patchbay.core.plan;

import static dev.patchbay.core.plan.Steps.await;
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
import org.junit.jupiter.api.Test;

class PlanApplierTest {
  private final Machine machine = new Machine();

  private Outcome apply(Plan plan) {
    return new PlanApplier(machine.performers(), PlanWatch.NONE).apply(plan, Bindings.NONE);
  }

  private Outcome undo(Plan plan) {
    return new PlanApplier(machine.performers(), PlanWatch.NONE).undo(plan, Bindings.NONE);
  }

  @Test
  void stepsAreDoneInOrderAndWhatTheyYieldReachesTheLaterOnes() {
    Step lease = lease("a");
    Step tap = tap("tap0");
    Step up = loopback("tap0");
    Outcome outcome = apply(Plan.sequence(lease, Plan.sequence(tap, up)));
    assertThat(machine.asked()).containsExactly(lease.op(), tap.op(), up.op());
    assertThat(machine.boundAt(up.op()).values()).containsOnlyKeys("a", "tap0");
    assertThat(outcome).isEqualTo(new Outcome.Done(machine.boundAt(up.op())));
  }

  @Test
  void failureUndoesWhatWasDoneAndNothingElse() {
    Step lease = lease("a");
    Step tap = tap("tap0");
    Step shared = shared("a");
    Step second = tap("tap1");
    AttachFailure why = machine.fails(second.op());
    Outcome outcome = apply(Plan.sequence(lease, tap, shared, second, plugin("never")));
    assertThat(outcome).isEqualTo(new Outcome.RolledBack(second, why));
    assertThat(machine.asked())
        .containsExactly(
            lease.op(), tap.op(), shared.op(), second.op(), undoOf(tap), undoOf(lease));
    assertThat(machine.boundAt(undoOf(tap)).values()).containsOnlyKeys("a", "tap0");
  }

  @Test
  void failedPluginGetsItsOwnDelBeforeThoseOfTheOthers() {
    Step first = plugin("bridge");
    Step second = plugin("portmap");
    AttachFailure why = machine.fails(second.op());
    assertThat(apply(Plan.sequence(first, second))).isEqualTo(new Outcome.RolledBack(second, why));
    assertThat(machine.asked())
        .containsExactly(first.op(), second.op(), undoOf(second), undoOf(first));
  }

  @Test
  void rollbackThatFailsSaysWhatIsLeftBehindAndGoesOn() {
    Step lease = lease("a");
    Step tap = tap("tap0");
    Step failing = loopback("tap0");
    AttachFailure why = machine.fails(failing.op());
    machine.fails(undoOf(tap));
    Outcome outcome = apply(Plan.sequence(lease, tap, failing));
    assertThat(outcome)
        .isEqualTo(
            new Outcome.Stuck(
                failing,
                why,
                List.of(Step.of(undoOf(tap), "undo: " + tap.why())),
                machine.boundAt(undoOf(tap))));
    assertThat(machine.asked()).endsWith(undoOf(lease));
  }

  @Test
  void independentKernelOpsGoToTheKernelInOneCall() {
    Step one = tap("tap0");
    Step two = tap("tap1");
    Step lease = lease("a");
    assertThat(apply(new Plan.Parallel(List.of(one, lease, two)))).isInstanceOf(Outcome.Done.class);
    assertThat(machine.calls()).containsExactly(List.of(one.op(), two.op()), List.of(lease.op()));
  }

  @Test
  void laterOpsOfAFailedBatchAreUndoneToo() {
    Step one = tap("tap0");
    Step two = tap("tap1");
    Step three = tap("tap2");
    AttachFailure why = machine.fails(two.op());
    Outcome outcome = apply(new Plan.Parallel(List.of(one, two, three, lease("never"))));
    assertThat(outcome).isEqualTo(new Outcome.RolledBack(two, why));
    assertThat(machine.calls())
        .containsExactly(
            List.of(one.op(), two.op(), three.op()), List.of(undoOf(three), undoOf(one)));
  }

  @Test
  void watchCallsOffAndWhatWasDoneIsUndone() {
    Step one = tap("tap0");
    Step two = tap("tap1");
    var why = new AttachFailure.Cancelled("the caller");
    List<Op> told = new ArrayList<>();
    PlanWatch watch =
        new PlanWatch() {
          @Override
          public Optional<AttachFailure> before(Step step) {
            return step.equals(two) ? Optional.of(why) : Optional.empty();
          }

          @Override
          public void after(Step step, Performed performed) {
            told.add(step.op());
          }
        };
    Outcome outcome =
        new PlanApplier(machine.performers(), watch).apply(Plan.sequence(one, two), Bindings.NONE);
    assertThat(outcome).isEqualTo(new Outcome.RolledBack(two, why));
    assertThat(machine.asked()).containsExactly(one.op(), undoOf(one)).isEqualTo(told);
  }

  @Test
  void stepOfABatchThatIsCalledOffDoesNotReachTheKernel() {
    Step one = tap("tap0");
    Step two = tap("tap1");
    PlanWatch watch =
        new PlanWatch() {
          @Override
          public Optional<AttachFailure> before(Step step) {
            return step.equals(one)
                ? Optional.of(new AttachFailure.Cancelled("the caller"))
                : Optional.empty();
          }

          @Override
          public void after(Step step, Performed performed) {}
        };
    Outcome outcome =
        new PlanApplier(machine.performers(), watch)
            .apply(new Plan.Parallel(List.of(one, two)), Bindings.NONE);
    assertThat(outcome).isInstanceOf(Outcome.RolledBack.class);
    assertThat(machine.asked()).doesNotContain(one.op());
  }

  @Test
  void watchCannotCallOffTheWayBack() {
    Step tap = tap("tap0");
    PlanWatch never =
        new PlanWatch() {
          @Override
          public Optional<AttachFailure> before(Step step) {
            return Optional.of(new AttachFailure.Cancelled("the caller"));
          }

          @Override
          public void after(Step step, Performed performed) {}
        };
    assertThat(new PlanApplier(machine.performers(), never).undo(tap, Bindings.NONE))
        .isInstanceOf(Outcome.Done.class);
    assertThat(machine.asked()).containsExactly(tap.op());
  }

  @Test
  void conditionThatComesTooLateFailsThePlan() {
    Step tap = tap("tap0");
    Step await = await("net0", AwaitOp.Late.FAILS);
    machine.isLate(await.op());
    Outcome outcome = apply(Plan.sequence(tap, await, lease("never")));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.RolledBack.class,
            back -> {
              assertThat(back.failed()).isEqualTo(await);
              assertThat(back.why()).isInstanceOf(AttachFailure.TimedOut.class);
            });
    assertThat(machine.asked()).containsExactly(tap.op(), await.op(), undoOf(tap));
  }

  @Test
  void conditionThatMayTakeAnyTimeSuspendsThePlanWithAllThatIsLeftToDo() {
    Step tap = tap("tap0");
    Step await = await("net0", AwaitOp.Late.SUSPENDS);
    Step inner = tap("tap1");
    Step outer = lease("a");
    machine.isLate(await.op());
    Outcome outcome = apply(Plan.sequence(tap, Plan.sequence(await, inner), outer));
    assertThat(machine.asked()).containsExactly(tap.op(), await.op());
    Outcome.Pending pending = (Outcome.Pending) outcome;
    assertThat(pending.until()).isEqualTo(await.op());
    assertThat(pending.rest().steps()).containsExactly(inner, outer);
    assertThat(pending.bound().values()).containsOnlyKeys("tap0");
    var resumed =
        new PlanApplier(machine.performers(), PlanWatch.NONE)
            .apply(pending.rest(), pending.bound());
    assertThat(resumed)
        .isInstanceOfSatisfying(
            Outcome.Done.class,
            done -> assertThat(done.bound().values()).containsOnlyKeys("tap0", "tap1", "a"));
  }

  @Test
  void suspensionOfOneOfSeveralIndependentPartsDoesNotHoldUpTheOthers() {
    Step link = tap("tap0");
    Step await = await("net0", AwaitOp.Late.SUSPENDS);
    Step after = lease("b");
    Step second = await("net1", AwaitOp.Late.SUSPENDS);
    Step other = lease("a");
    machine.isLate(await.op());
    machine.isLate(second.op());
    Outcome outcome =
        apply(new Plan.Parallel(List.of(Plan.sequence(await, after), second, other, link)));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Pending.class,
            pending -> {
              assertThat(pending.until()).isEqualTo(await.op());
              assertThat(pending.rest().steps().map(Step::op))
                  .containsExactly(after.op(), second.op());
              assertThat(pending.bound().values()).containsOnlyKeys("a", "tap0");
            });
    assertThat(machine.asked()).containsExactly(link.op(), await.op(), second.op(), other.op());
  }

  @Test
  void independentPartThatFailsAfterOneWasSuspendedUndoesAll() {
    Step await = await("net0", AwaitOp.Late.SUSPENDS);
    Step failing = lease("a");
    machine.isLate(await.op());
    AttachFailure why = machine.fails(failing.op());
    assertThat(apply(new Plan.Parallel(List.of(await, failing))))
        .isEqualTo(new Outcome.RolledBack(failing, why));
  }

  @Test
  void conditionThatNeedNotComeDelaysThePlanAndNothingMore() {
    Step await = await("net0", AwaitOp.Late.PROCEEDS);
    Step after = lease("a");
    machine.isLate(await.op());
    assertThat(undo(Plan.sequence(await, after))).isInstanceOf(Outcome.Done.class);
    assertThat(machine.asked()).containsExactly(await.op(), after.op());
  }

  @Test
  void rollbackThatIsSuspendedSaysWhatIsStillDue() {
    Step guest = guest("net0");
    Step failing = lease("a");
    AttachFailure why = machine.fails(failing.op());
    AwaitOp shell = shellOf("net0");
    machine.isLate(shell);
    Outcome outcome = apply(Plan.sequence(guest, failing));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Stuck.class,
            stuck -> {
              assertThat(stuck.failed()).isEqualTo(failing);
              assertThat(stuck.why()).isEqualTo(why);
              assertThat(stuck.leftBehind().stream().map(Step::op)).containsExactly(shell);
            });
  }

  @Test
  void undoTriesEverythingAndTellsWhatFailed() {
    Step one = loopback("lo");
    Step two = tap("tap0");
    Step three = lease("a");
    AttachFailure why = machine.fails(one.op());
    machine.fails(three.op());
    Outcome outcome = undo(Plan.sequence(one, two, three));
    assertThat(outcome)
        .isEqualTo(new Outcome.Stuck(one, why, List.of(one, three), machine.boundAt(three.op())));
    machine.works(one.op());
    machine.works(three.op());
    assertThat(undo(Plan.sequence(one, two, three))).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void undoThatIsSuspendedAfterAFailureTellsAllThatIsDue() {
    Step failing = loopback("lo");
    Step await = await("net0", AwaitOp.Late.SUSPENDS);
    Step after = lease("a");
    AttachFailure why = machine.fails(failing.op());
    machine.isLate(await.op());
    assertThat(undo(Plan.sequence(failing, await, after)))
        .isInstanceOfSatisfying(
            Outcome.Stuck.class,
            stuck -> {
              assertThat(stuck.why()).isEqualTo(why);
              assertThat(stuck.leftBehind().stream().map(Step::op))
                  .containsExactly(failing.op(), await.op(), after.op());
            });
  }

  @Test
  void nothingIsDoneAtOnce() {
    assertThat(apply(Plan.nothing())).isEqualTo(new Outcome.Done(Bindings.NONE));
    assertThat(undo(Plan.nothing())).isEqualTo(new Outcome.Done(Bindings.NONE));
    assertThat(machine.calls()).isEmpty();
  }
}
