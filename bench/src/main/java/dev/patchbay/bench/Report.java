package dev.patchbay.bench;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;

/** The Markdown tables on standard output. */
final class Report {
  private final PrintStream out;

  Report(PrintStream out) {
    this.out = out;
  }

  void say(String text) {
    out.println(text);
  }

  /** Begins a table. */
  void table(String title, String... columns) {
    out.println("\n### " + title + "\n\n| " + String.join(" | ", columns) + " |");
    out.println("|" + "---|".repeat(columns.length));
  }

  void row(String... cells) {
    out.println("| " + String.join(" | ", cells) + " |");
    out.flush();
  }

  /** A row that compares: what, n, reference, ours, ratio, bar, verdict. */
  void versus(String what, Samples reference, Samples ours, Optional<Bar> bar) {
    double ratio = reference.p50() / ours.p50();
    row(
        what,
        String.valueOf(ours.count()),
        reference.text(),
        ours.text(),
        String.format(Locale.ROOT, "%.1f×", ratio),
        bar.map(b -> b.cells(ratio)).orElse("– | –"));
  }

  /** A row of one figure: what, figure, bar, verdict. */
  void figure(String what, String figure, String cells) {
    row(what, figure, cells);
  }
}
