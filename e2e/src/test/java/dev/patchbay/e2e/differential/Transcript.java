package dev.patchbay.e2e.differential;

import dev.patchbay.e2e.differential.CniCaller.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What one side did in a scenario.
 *
 * @param scenes after each act, how it ended and what was seen
 * @param answers the CNI answers as they came
 */
record Transcript(List<Scene> scenes, List<Answer> answers) {
  /**
   * After one act.
   *
   * @param outcome how it ended, in a word
   * @param seen a line for each fact
   */
  record Scene(Act act, String outcome, NavigableSet<String> seen) {}

  /** Copies the lists. */
  Transcript {
    scenes = List.copyOf(scenes);
    answers = List.copyOf(answers);
  }

  /** The same with only those facts. */
  Transcript only(Predicate<String> kept) {
    return new Transcript(
        scenes.stream()
            .map(scene -> {
              NavigableSet<String> some = new TreeSet<>(scene.seen());
              some.removeIf(kept.negate());
              return new Scene(scene.act(), scene.outcome(), some);
            })
            .toList(),
        answers);
  }

  /** How the act ended, the first time. */
  String outcome(Act act) {
    return scenes.stream()
        .filter(scene -> scene.act().equals(act))
        .findFirst()
        .map(Scene::outcome)
        .orElseThrow();
  }

  /**
   * What differs, to be read by people: {@code -} only this one has it, {@code +} only the other.
   * Empty when nothing does.
   */
  List<String> differences(Transcript other) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < scenes.size(); i++) {
      Scene expected = scenes.get(i);
      Scene actual = other.scenes.get(i);
      List<String> found = new ArrayList<>();
      if (!expected.outcome().equals(actual.outcome())) {
        found.add("- " + expected.outcome());
        found.add("+ " + actual.outcome());
      }
      without(expected.seen(), actual.seen()).forEach(line -> found.add("- " + line));
      without(actual.seen(), expected.seen()).forEach(line -> found.add("+ " + line));
      if (!found.isEmpty()) {
        all.add("after " + expected.act() + " (act " + (i + 1) + "):");
        found.forEach(line -> all.add("  " + line));
      }
    }
    return all;
  }

  private static NavigableSet<String> without(
      NavigableSet<String> all, NavigableSet<String> other) {
    NavigableSet<String> rest = new TreeSet<>(all);
    rest.removeAll(other);
    return rest;
  }
}
