package dev.patchbay.core.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Walks a plan: forward until a step fails, and then back over everything that was done. One walk
 * at a time per instance; it keeps no thread and no clock.
 */
public final class PlanApplier {
  private final Performers performers;
  private final PlanWatch watch;

  /** An applier that has things done by the performers while the watch looks on. */
  public PlanApplier(Performers performers, PlanWatch watch) {
    this.performers = performers;
    this.watch = watch;
  }

  /** Does the plan, or nothing of it. */
  public Outcome apply(Plan plan, Bindings bound) {
    var walk = new Walk(bound, true);
    walk.take(plan);
    if (walk.failures.isEmpty()) {
      return walk.suspended.isPresent() ? walk.suspended.get() : new Outcome.Done(walk.bound);
    }
    Failure first = walk.failures.getFirst();
    List<Failure> left = back(UndoPlanner.undo(walk.taken), walk.bound);
    return left.isEmpty()
        ? new Outcome.RolledBack(first.step, first.why)
        : new Outcome.Stuck(
            first.step, first.why, left.stream().map(Failure::step).toList(), walk.bound);
  }

  /**
   * Does all of an undo plan that can be done: a failing step does not keep the others from being
   * tried.
   */
  public Outcome undo(Plan plan, Bindings bound) {
    var walk = new Walk(bound, false);
    walk.take(plan);
    if (walk.failures.isEmpty()) {
      return walk.suspended.isPresent() ? walk.suspended.get() : new Outcome.Done(walk.bound);
    }
    Failure first = walk.failures.getFirst();
    return new Outcome.Stuck(
        first.step, first.why, walk.due().map(Failure::step).toList(), walk.bound);
  }

  private List<Failure> back(Plan undo, Bindings bound) {
    var walk = new Walk(bound, false);
    walk.take(undo);
    return walk.due().toList();
  }

  private static AttachFailure tooLate(AwaitOp await) {
    return new AttachFailure.TimedOut(await.until().toString(), await.atMost().toString());
  }

  private record Failure(Step step, AttachFailure why) {}

  private final class Walk {
    private final boolean forward;
    private final List<Step> taken = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();
    private Bindings bound;
    private Optional<Outcome.Pending> suspended = Optional.empty();

    Walk(Bindings bound, boolean forward) {
      this.bound = bound;
      this.forward = forward;
    }

    /** What failed, and what a suspension has left for later. */
    Stream<Failure> due() {
      Stream<Failure> later =
          suspended.stream()
              .flatMap(waits ->
                  Stream.concat(
                          Stream.of(Step.of(waits.until(), "it is waited for")),
                          waits.rest().steps())
                      .map(step -> new Failure(step, tooLate(waits.until()))));
      return Stream.concat(failures.stream(), later);
    }

    private boolean over() {
      return suspended.isPresent() || (forward && !failures.isEmpty());
    }

    void take(Plan plan) {
      switch (plan) {
        case Step step -> takeStep(step);
        case Plan.Sequence(var parts) -> takeInOrder(parts);
        case Plan.Parallel(var parts) -> takeTogether(parts);
      }
    }

    /** A suspension leaves the parts that were not reached for later. */
    private void takeInOrder(List<Plan> parts) {
      for (int i = 0; i < parts.size() && !over(); i++) {
        take(parts.get(i));
        Plan after = new Plan.Sequence(parts.subList(i + 1, parts.size()));
        suspended =
            suspended.map(
                p -> new Outcome.Pending(p.until(), Plan.sequence(p.rest(), after), p.bound()));
      }
    }

    /** A suspension of one part does not keep the others from being taken. */
    private void takeEach(List<Plan> parts) {
      Optional<Outcome.Pending> first = Optional.empty();
      List<Plan> rests = new ArrayList<>();
      for (Plan part : parts) {
        if (!over()) {
          take(part);
        }
        if (suspended.isPresent()) {
          Outcome.Pending now = suspended.get();
          rests.add(
              first.isEmpty()
                  ? now.rest()
                  : Plan.sequence(Step.of(now.until(), "it is waited for too"), now.rest()));
          first = first.or(() -> Optional.of(now));
          suspended = Optional.empty();
        }
      }
      suspended = first.map(p -> new Outcome.Pending(p.until(), new Plan.Parallel(rests), bound));
    }

    /**
     * Kernel ops that are independent go to the kernel as one batch; whatever else is there
     * follows.
     */
    private void takeTogether(List<Plan> parts) {
      List<Step> batch = new ArrayList<>();
      List<Plan> others = new ArrayList<>();
      for (Plan part : parts) {
        if (part instanceof Step step && step.op() instanceof LinkOp) {
          batch.add(step);
        } else {
          others.add(part);
        }
      }
      takeBatch(batch);
      takeEach(others);
    }

    private void takeStep(Step step) {
      Optional<AttachFailure> off = calledOff(step);
      if (off.isPresent()) {
        fail(step, off.get());
        return;
      }
      done(
          step,
          switch (step.op()) {
            case LinkOp op -> performers.kernel().execute(List.of(op), bound).getFirst();
            case LeaseOp op -> performers.leases().execute(op, bound);
            case PortOp op -> performers.ports().execute(op, bound);
            case ExecOp op -> performers.delegates().execute(op, bound);
            case GuestOp op -> performers.guests().execute(op, bound);
            case AwaitOp op -> performers.waits().execute(op, bound);
          });
    }

    private void takeBatch(List<Step> batch) {
      List<Step> going = new ArrayList<>();
      for (Step step : batch) {
        calledOff(step).ifPresentOrElse(why -> fail(step, why), () -> going.add(step));
      }
      if (going.isEmpty()) {
        return;
      }
      List<LinkOp> ops = going.stream().map(step -> (LinkOp) step.op()).toList();
      List<Performed> outcomes = performers.kernel().execute(ops, bound);
      for (int i = 0; i < going.size(); i++) {
        done(going.get(i), outcomes.get(i));
      }
    }

    private Optional<AttachFailure> calledOff(Step step) {
      return forward ? watch.before(step) : Optional.empty();
    }

    private void fail(Step step, AttachFailure why) {
      failures.add(new Failure(step, why));
    }

    private void done(Step step, Performed performed) {
      switch (performed) {
        case Performed.Done(var yielded) -> {
          bound = bound.and(yielded);
          taken.add(step);
        }
        case Performed.Failed(var why) -> {
          fail(step, why);
          if (step.op() instanceof ExecOp) {
            // a plugin that failed may have left half a NIC: its DEL is part of the rollback (CNI
            // spec, section 2, ADD)
            taken.add(step);
          }
        }
        case Performed.Late() -> late(step);
      }
      watch.after(step, performed);
    }

    private void late(Step step) {
      AwaitOp await = (AwaitOp) step.op();
      switch (await.late()) {
        case FAILS -> fail(step, tooLate(await));
        case PROCEEDS -> taken.add(step);
        case SUSPENDS -> suspended = Optional.of(new Outcome.Pending(await, Plan.nothing(), bound));
      }
    }
  }
}
