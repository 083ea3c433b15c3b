package dev.patchbay.agent.simulation;

import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.ExecOp;
import dev.patchbay.core.plan.Op;
import dev.patchbay.core.plan.OpText;
import dev.patchbay.core.plan.Performed;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What goes wrong at one op, whichever performer does it. Ops may come from several threads, but
 * one at a time.
 */
final class Mishap {
  /** What happens at the op. */
  enum Kind {
    /** It is not done, but for plugins: those are done and then say that they failed. */
    FAILS,
    /** The agent dies before it. */
    DIES_BEFORE,
    /** The agent dies when it is done, before it hears of it. */
    DIES_AFTER;

    boolean kills() {
      return this != FAILS;
    }
  }

  private record Planned(int nth, Kind kind) {}

  private record Hook(int nth, Runnable event) {}

  private final OpCoverage coverage;
  private Optional<Planned> planned = Optional.empty();
  private Optional<Hook> hook = Optional.empty();
  private Optional<Op> struck = Optional.empty();
  private boolean dead;
  private int met;

  Mishap(OpCoverage coverage) {
    this.coverage = coverage;
  }

  /** The nth op from now, counted from 1. */
  synchronized void plan(int nth, Kind kind) {
    planned = Optional.of(new Planned(nth, kind));
    struck = Optional.empty();
    met = 0;
  }

  /** Something happens outside while the nth op from now runs, counted from 1. */
  synchronized void during(int nth, Runnable event) {
    hook = Optional.of(new Hook(nth, event));
    met = 0;
  }

  /** From now on nothing goes wrong, and ops are counted from 0; what has happened is kept. */
  synchronized void clear() {
    planned = Optional.empty();
    hook = Optional.empty();
    dead = false;
    met = 0;
  }

  /** How many ops came since it was planned or cleared. */
  synchronized int met() {
    return met;
  }

  /** The op at which it happened. */
  synchronized Optional<Op> struck() {
    return struck;
  }

  synchronized Performed meet(Op op, Supplier<Performed> doing) {
    if (dead) {
      throw new AgentDied(op);
    }
    met++;
    hook.filter(it -> it.nth == met).ifPresent(it -> it.event.run());
    if (planned.filter(mishap -> mishap.nth == met).isEmpty()) {
      Performed performed = doing.get();
      coverage.done(op);
      return performed;
    }
    struck = Optional.of(op);
    return strike(op, planned.get().kind, doing);
  }

  private Performed strike(Op op, Kind kind, Supplier<Performed> doing) {
    if (kind == Kind.DIES_AFTER || (kind == Kind.FAILS && isHalfDone(op))) {
      var _ = doing.get();
    }
    if (kind.kills()) {
      coverage.died(op);
      dead = true;
      throw new AgentDied(op);
    }
    coverage.failed(op);
    return new Performed.Failed(
        new AttachFailure.Kernel(OpText.of(op), "EIO (Input/output error)", "simulated"));
  }

  /** A plugin whose ADD failed may have left half a NIC. */
  private static boolean isHalfDone(Op op) {
    return op instanceof ExecOp.Add || op instanceof ExecOp.Allocate;
  }
}
