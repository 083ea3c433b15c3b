package dev.patchbay.apiserver.rest;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** How long ago something was, in the words that tables have for it. */
final class Ages {
  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final long YEAR = 365 * DAY;

  private Ages() {}

  /** The age of a timestamp; {@code <unknown>} for what is none. */
  static String of(String timestamp, Instant now) {
    try {
      return of(Duration.between(Instant.parse(timestamp), now).toSeconds());
    } catch (DateTimeException _) {
      return "<unknown>";
    }
  }

  /** As Kubernetes shortens it: two units where the second still says something. */
  private static String of(long seconds) {
    if (seconds < -1) {
      return "<invalid>";
    }
    if (seconds < 2 * MINUTE) {
      return Math.max(0, seconds) + "s";
    }
    if (seconds < 3 * HOUR) {
      return two(seconds, MINUTE, "m", 1, "s", seconds < 10 * MINUTE);
    }
    if (seconds < 2 * DAY) {
      return two(seconds, HOUR, "h", MINUTE, "m", seconds < 8 * HOUR);
    }
    if (seconds < 2 * YEAR) {
      return two(seconds, DAY, "d", HOUR, "h", seconds < 8 * DAY);
    }
    return two(seconds, YEAR, "y", DAY, "d", seconds < 8 * YEAR);
  }

  private static String two(
      long seconds, long large, String largeUnit, long small, String smallUnit, boolean both) {
    long rest = seconds % large / small;
    return seconds / large + largeUnit + (both && rest > 0 ? rest + smallUnit : "");
  }
}
