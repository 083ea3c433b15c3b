package dev.patchbay.core.plan;

import java.util.Optional;

/**
 * Looks on while a plan is walked: journals what cannot be observed afterwards, tells people how it
 * goes, and may call it off.
 */
public interface PlanWatch {
  /** Looks away. */
  PlanWatch NONE =
      new PlanWatch() {
        @Override
        public Optional<AttachFailure> before(Step step) {
          return Optional.empty();
        }

        @Override
        public void after(Step step, Performed performed) {}
      };

  /**
   * Asked before each step of the way forward; a failure here calls the plan off, and what was done
   * is undone.
   */
  Optional<AttachFailure> before(Step step);

  /** Told after each step, forward or back. Must not throw. */
  void after(Step step, Performed performed);
}
