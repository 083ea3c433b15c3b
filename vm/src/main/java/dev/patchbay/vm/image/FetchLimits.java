package dev.patchbay.vm.image;

import java.time.Duration;

/**
 * How long fetching may take.
 *
 * @param connect until the other side answers
 * @param silence without a single byte, before what comes is given up and asked for anew
 * @param whole all of it, tries included
 * @param tries how often it is asked for, 1 or more; each goes on where the last one broke off
 * @param pause between two tries
 * @param maxBytes the largest image that is fetched
 */
public record FetchLimits(
    Duration connect, Duration silence, Duration whole, int tries, Duration pause, long maxBytes) {
  /** For images of some gigabytes over slow lines. */
  public static final FetchLimits DEFAULT =
      new FetchLimits(
          Duration.ofSeconds(15),
          Duration.ofSeconds(30),
          Duration.ofHours(2),
          5,
          Duration.ofSeconds(2),
          256L << 30);

  /** Throws IllegalArgumentException naming what cannot be. */
  public FetchLimits {
    boolean positive =
        connect.isPositive() && silence.isPositive() && whole.isPositive() && !pause.isNegative();
    if (!positive || tries < 1 || maxBytes < 1) {
      throw new IllegalArgumentException("limits of fetching must be positive");
    }
  }
}
