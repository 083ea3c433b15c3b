package dev.patchbay.linux.fake;

import dev.patchbay.core.plan.LinkOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What shall go wrong next; each fault happens once. */
final class Faults {
  /** What an armed fault does to the op it meets. */
  sealed interface Fault {
    /** The kernel refuses the op, which does nothing. */
    record Fail(Refusal refusal) implements Fault {}

    /** The agent is killed before the op. */
    record CrashBefore() implements Fault {}

    /** The agent is killed when the op has happened, before it hears of it. */
    record CrashAfter() implements Fault {}
  }

  private static final class Armed {
    final Predicate<LinkOp> on;
    final Fault fault;
    int passes;

    Armed(Predicate<LinkOp> on, int passes, Fault fault) {
      this.on = on;
      this.passes = passes;
      this.fault = fault;
    }
  }

  private final List<Armed> armed = new ArrayList<>();

  /** The fault meets the nth op, counted from 1, of those that the predicate chooses. */
  void arm(Predicate<LinkOp> on, int nth, Fault fault) {
    if (nth < 1) {
      throw new IllegalArgumentException("ops are counted from 1, not " + nth);
    }
    armed.add(new Armed(on, nth - 1, fault));
  }

  void disarm() {
    armed.clear();
  }

  boolean isArmed() {
    return !armed.isEmpty();
  }

  /** The first fault that meets this op; it is disarmed, and the others count the op. */
  Optional<Fault> meet(LinkOp op) {
    Optional<Armed> met = Optional.empty();
    for (Armed one : armed) {
      if (one.on.test(op)) {
        if (one.passes > 0) {
          one.passes--;
        } else if (met.isEmpty()) {
          met = Optional.of(one);
        }
      }
    }
    met.ifPresent(armed::remove);
    return met.map(one -> one.fault);
  }
}
