package dev.patchbay.e2e.differential;

import dev.patchbay.e2e.differential.CniCaller.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one side did in a scenario.
 *
 * @param scenes after each act, how it ended and what was seen
 * @param answers the CNI answers as they came
 */
record Transcript(List<Scene> scenes, List<Answer> answers) {
  private static final Pattern LINK = Pattern.compile("((?:host|pod) link \\S+ )(.*)");

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

  /** The same with each fact as the function puts it; an empty one is left out. */
  Transcript put(UnaryOperator<String> how) {
    return new Transcript(
        scenes.stream()
            .map(scene -> {
              NavigableSet<String> facts = new TreeSet<>();
              scene.seen().forEach(fact -> facts.add(how.apply(fact)));
              facts.remove("");
              return new Scene(scene.act(), scene.outcome(), facts);
            })
            .toList(),
        answers);
  }

  /** The answers that are errors. */
  List<Answer> refusals() {
    return answers.stream().filter(answer -> !answer.ok()).toList();
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
    // Of a link that only one has, one line says enough.
    rest.removeIf(line -> {
      Matcher link = LINK.matcher(line);
      return link.matches()
          && !link.group(2).startsWith("kind")
          && other.stream().noneMatch(there -> there.startsWith(link.group(1) + "kind"));
    });
    return rest;
  }
}
