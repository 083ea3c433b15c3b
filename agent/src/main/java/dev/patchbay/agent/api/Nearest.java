package dev.patchbay.agent.api;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The known names that look most like one that is not known. */
final class Nearest {
  private static final int SHOWN = 3;

  private Nearest() {}

  /** At most three, best first; a name counts with and without its namespace. */
  static List<String> to(String wanted, Collection<String> known) {
    int tolerance = Math.max(2, wanted.length() / 3);
    return known.stream()
        .filter(name -> !name.isEmpty())
        .distinct()
        .filter(name -> distance(wanted, name) <= tolerance)
        .sorted(
            Comparator.comparingInt((String name) -> distance(wanted, name))
                .thenComparing(Comparator.naturalOrder()))
        .limit(SHOWN)
        .toList();
  }

  private static int distance(String wanted, String name) {
    String bare = name.substring(name.lastIndexOf('/') + 1);
    return Math.min(
        edits(wanted, name), wanted.contains("/") ? name.length() : edits(wanted, bare));
  }

  /** How many letters must be put in, taken out or changed (Levenshtein). */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int above = row[j];
        int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(changed, 1 + Math.min(above, row[j - 1]));
        diagonal = above;
      }
    }
    return row[to.length()];
  }
}
