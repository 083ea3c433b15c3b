package dev.patchbay.e2e.differential;

import dev.patchbay.e2e.differential.CniCaller.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What one side did in a scenario.
 *
 * @param before a line for each fact before the first act
 * @param scenes after each act, how it ended and what was seen
 */
record Transcript(NavigableSet<String> before, List<Scene> scenes) {
  private static final Pattern LINK = Pattern.compile("((?:host|pod) link \\S+ )(.*)");

  /**
   * After one act.
   *
   * @param outcome how it ended, in a word
   * @param answers what CNI answered, if it was asked
   * @param seen a line for each fact
   */
  record Scene(Act act, String outcome, List<Answer> answers, NavigableSet<String> seen) {
    boolean refused() {
      return outcome.equals("refused");
    }
  }

  /** Copies the list. */
  Transcript {
    scenes = List.copyOf(scenes);
  }

  /** The same and another scene after it. */
  Transcript and(Scene more) {
    return new Transcript(before, Stream.concat(scenes.stream(), Stream.of(more)).toList());
  }

  /** The CNI answers as they came. */
  List<Answer> answers() {
    return scenes.stream().flatMap(scene -> scene.answers().stream()).toList();
  }

  /** The answers that are errors. */
  List<Answer> refusals() {
    return answers().stream().filter(answer -> !answer.ok()).toList();
  }

  /** What was seen before the scene of that position. */
  NavigableSet<String> before(int scene) {
    return scene == 0 ? before : scenes.get(scene - 1).seen();
  }

  /**
   * What differs in a scene, to be read by people: {@code -} only the first has it, {@code +} only
   * the second. Empty when nothing does.
   */
  static List<String> differences(NavigableSet<String> first, NavigableSet<String> second) {
    List<String> found = new ArrayList<>();
    without(first, second).forEach(line -> found.add("- " + line));
    without(second, first).forEach(line -> found.add("+ " + line));
    return found;
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
