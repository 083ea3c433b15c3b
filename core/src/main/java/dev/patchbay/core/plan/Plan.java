package dev.patchbay.core.plan;

import java.util.List;
import java.util.stream.Stream;

/**
 * What has to be done, as a value: printed, compared, tested and journalled before anything
 * happens.
 */
public sealed interface Plan permits Plan.Sequence, Plan.Parallel, Step {
  /**
   * One after another; the first failure ends it.
   *
   * @param parts in order
   */
  record Sequence(List<Plan> parts) implements Plan {
    /** Copies the list. */
    public Sequence {
      parts = List.copyOf(parts);
    }
  }

  /**
   * In any order or together; a failure of one does not stop those already under way, and one that
   * is suspended does not hold up the others.
   *
   * @param parts independent of each other
   */
  record Parallel(List<Plan> parts) implements Plan {
    /** Copies the list. */
    public Parallel {
      parts = List.copyOf(parts);
    }
  }

  /** A plan that does nothing. */
  static Plan nothing() {
    return new Sequence(List.of());
  }

  /** These parts one after another. */
  static Plan sequence(Plan... parts) {
    return new Sequence(List.of(parts));
  }

  /** Every step, in the order in which a single worker would take them. */
  default Stream<Step> steps() {
    return switch (this) {
      case Step step -> Stream.of(step);
      case Sequence(var parts) -> parts.stream().flatMap(Plan::steps);
      case Parallel(var parts) -> parts.stream().flatMap(Plan::steps);
    };
  }

  /** Whether there is nothing to do. */
  default boolean isEmpty() {
    return steps().findAny().isEmpty();
  }
}
