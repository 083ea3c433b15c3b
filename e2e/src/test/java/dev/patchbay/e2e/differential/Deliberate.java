package dev.patchbay.e2e.differential;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The differences from the reference plugins that we want, each with its reason; nothing else may
 * differ. Facts whose line matches are left out on both sides.
 *
 * @param facts the lines
 * @param why the reason
 * @param when the scenarios it is about
 */
record Deliberate(Pattern facts, String why, Predicate<Scenario> when) {
  /** All of them. */
  static final List<Deliberate> ALL =
      List.of(
          of(
              "result\\.interfaces\\[\\d+\\]\\.mtu .*",
              "CNI 1.1.0 has the MTU in results; the reference plugins leave it out"));

  private static Deliberate of(String facts, String why) {
    return new Deliberate(Pattern.compile(facts), why, _ -> true);
  }

  /** The transcript of a scenario without what may differ. */
  static Transcript without(Scenario scenario, Transcript seen) {
    List<Pattern> dropped =
        ALL.stream().filter(each -> each.when.test(scenario)).map(Deliberate::facts).toList();
    return seen.only(
        line -> dropped.stream().noneMatch(pattern -> pattern.matcher(line).matches()));
  }
}
