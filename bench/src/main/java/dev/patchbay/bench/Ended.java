package dev.patchbay.bench;

import java.util.List;

/**
 * Calls that were made one after another.
 *
 * @param nanos from before the first was started to after the last was reaped
 * @param answers one per call
 */
record Ended(long nanos, List<Answer> answers) {
  Ended {
    answers = List.copyOf(answers);
  }

  /**
   * What a plugin left.
   *
   * @param exit its exit code
   * @param stdout a result or an error
   */
  record Answer(int exit, String stdout) {}

  boolean succeeded() {
    return answers.stream().allMatch(answer -> answer.exit() == 0);
  }

  /** Itself, for benchmarks that make no sense otherwise. */
  Ended orThrow(String doing) {
    if (!succeeded()) {
      throw new IllegalStateException(doing + " failed: " + answers);
    }
    return this;
  }
}
