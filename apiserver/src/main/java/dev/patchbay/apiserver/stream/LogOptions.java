package dev.patchbay.apiserver.stream;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which part of a container's log is wanted, and how.
 *
 * @param follow go on with what is written later, until the container ends
 * @param previous the container before the last restart
 * @param tailLines only so many last lines
 * @param since only lines written then or later
 * @param timestamps each line begins with its time (RFC 3339) and a blank
 * @param limitBytes end after so many bytes
 */
public record LogOptions(
    boolean follow,
    boolean previous,
    OptionalLong tailLines,
    Optional<Instant> since,
    boolean timestamps,
    OptionalLong limitBytes,
    Source source) {
  /** What the lines were written to. */
  public enum Source {
    /** Both, in the order written. */
    ALL,
    /** Standard output only. */
    STDOUT,
    /** Standard error only. */
    STDERR
  }

  /** The whole log as it is now. */
  public static final LogOptions WHOLE =
      new LogOptions(
          false,
          false,
          OptionalLong.empty(),
          Optional.empty(),
          false,
          OptionalLong.empty(),
          Source.ALL);
}
