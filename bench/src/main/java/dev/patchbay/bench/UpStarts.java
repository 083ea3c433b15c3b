package dev.patchbay.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How soon after {@code patchbay up} the first {@code kubectl get nodes} has its answer: what a
 * person types, one after the other.
 */
final class UpStarts {
  private final Path dist;
  private final Path work;
  private final String kubectl;
  private final Report report;

  UpStarts(Path dist, Path work, String kubectl, Report report) {
    this.dist = dist;
    this.work = work;
    this.kubectl = kubectl;
    this.report = report;
  }

  void measure(int rounds) {
    var first = new Samples();
    var later = new Samples();
    for (int round = 0; round < rounds; round++) {
      Path folder = work.resolve("up-" + round);
      for (Samples which : new Samples[] {first, later}) {
        long start = System.nanoTime();
        try (var up = new UpProcess(dist, folder, "private")) {
          long _ = up.start();
          var _ = up.kubectl(kubectl, "get", "nodes");
          which.add(System.nanoTime() - start);
        }
      }
    }
    String cache =
        Files.exists(dist.resolve("lib/patchbay-up.aot")) ? "with AOT cache" : "WITHOUT AOT cache";
    String n = ", p50 of " + rounds;
    report.row(
        "patchbay up → kubectl get nodes, " + cache + ", first start" + n,
        ms(first),
        Bar.atMost(2000, 2000, "ms").cells(first.p50()));
    report.row("… later starts" + n, ms(later), Bar.atMost(2000, 2000, "ms").cells(later.p50()));
  }

  private static String ms(Samples samples) {
    return String.format(Locale.ROOT, "%.0f ms", samples.p50());
  }
}
