package dev.patchbay.cli;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** How long ago, as short as kubectl writes it. */
final class Ages {
  private Ages() {}

  /** {@code 42s}, {@code 5m}, {@code 7h} or {@code 12d}; empty for what is no time. */
  static String since(String instant, Clock clock) {
    try {
      Duration age = Duration.between(Instant.parse(instant), clock.instant());
      if (age.toMinutes() < 2) {
        return Math.max(0, age.toSeconds()) + "s";
      }
      if (age.toHours() < 2) {
        return age.toMinutes() + "m";
      }
      return age.toDays() < 2 ? age.toHours() + "h" : age.toDays() + "d";
    } catch (DateTimeException _) {
      return "";
    }
  }
}
