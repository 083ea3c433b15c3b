package dev.patchbay.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Durations of one thing done many times; safe for concurrent use. */
final class Samples {
  private final List<Long> nanos = new ArrayList<>();

  synchronized void add(long took) {
    nanos.add(took);
  }

  synchronized int count() {
    return nanos.size();
  }

  /** In milliseconds; the smallest sample that at least this share of all does not exceed. */
  synchronized double percentile(double share) {
    if (nanos.isEmpty()) {
      return Double.NaN;
    }
    List<Long> sorted = nanos.stream().sorted().toList();
    int rank = (int) Math.ceil(share * sorted.size());
    return sorted.get(Math.max(0, rank - 1)) / 1e6;
  }

  double p50() {
    return percentile(0.5);
  }

  /** {@code p50 / p99}. */
  String text() {
    return String.format(Locale.ROOT, "%.2f / %.2f", p50(), percentile(0.99));
  }
}
