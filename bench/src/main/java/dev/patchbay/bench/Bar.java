package dev.patchbay.bench;

import java.util.Locale;

/**
 * What is asked of a figure (architecture, section 8).
 *
 * @param bar what it has to reach
 * @param goal what we would like
 * @param unit of both
 * @param bigger whether more is better
 */
record Bar(double bar, double goal, String unit, boolean bigger) {
  static Bar times(double bar, double goal) {
    return new Bar(bar, goal, "×", true);
  }

  static Bar atMost(double bar, double goal, String unit) {
    return new Bar(bar, goal, " " + unit, false);
  }

  private boolean reached(double figure, double limit) {
    return bigger ? figure >= limit : figure <= limit;
  }

  /** The limits and what became of them, as two cells of a table. */
  String cells(double figure) {
    String verdict =
        reached(figure, goal) ? "goal met" : reached(figure, bar) ? "bar met" : "**missed**";
    return String.format(
        Locale.ROOT,
        "%s%s%s / %s%s | %s",
        bigger ? "≥ " : "≤ ",
        number(bar),
        unit,
        number(goal),
        unit,
        verdict);
  }

  private static String number(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }
}
