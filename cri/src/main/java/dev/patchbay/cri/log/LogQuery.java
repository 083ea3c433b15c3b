package dev.patchbay.cri.log;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which part of a log is wanted, and how.
 *
 * @param tailLines only so many last lines of the file as it is now
 * @param since only what was written then or later
 * @param timestamps each line begins with its time and a blank
 * @param limitBytes end after so many bytes
 * @param sources of which outputs
 */
public record LogQuery(
    OptionalLong tailLines,
    Optional<Instant> since,
    boolean timestamps,
    OptionalLong limitBytes,
    Set<LogSource> sources) {
  /** Everything, as it was written. */
  public static final LogQuery WHOLE =
      new LogQuery(
          OptionalLong.empty(),
          Optional.empty(),
          false,
          OptionalLong.empty(),
          Set.of(LogSource.STDOUT, LogSource.STDERR));

  public LogQuery {
    if (tailLines.orElse(0) < 0) {
      throw new IllegalArgumentException("tailLines is below 0: " + tailLines.getAsLong());
    }
    if (limitBytes.orElse(1) < 1) {
      throw new IllegalArgumentException("limitBytes is below 1: " + limitBytes.getAsLong());
    }
    sources = Set.copyOf(sources);
  }
}
