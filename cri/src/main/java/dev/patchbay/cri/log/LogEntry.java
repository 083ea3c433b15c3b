package dev.patchbay.cri.log;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Optional;

/**
 * One entry of a CRI log file, which looks so: {@code 2026-11-21T09:00:00.123456789Z stdout F
 * text}. It refers to the bytes that it was parsed from.
 */
final class LogEntry {
  private final byte[] line;
  private final int timeEnd;
  private final int textStart;
  private final LogSource source;
  private final boolean partial;

  private LogEntry(byte[] line, int timeEnd, int textStart, LogSource source, boolean partial) {
    this.line = line;
    this.timeEnd = timeEnd;
    this.textStart = textStart;
    this.source = source;
    this.partial = partial;
  }

  /** Parses a line without its newline; empty when it is not an entry. */
  static Optional<LogEntry> parse(byte[] line) {
    int time = end(line, 0);
    int sourceEnd = end(line, time + 1);
    int tags = end(line, sourceEnd + 1);
    Optional<LogSource> source = source(ascii(line, time + 1, sourceEnd));
    // Tags are separated by colons; the first one says whether the container's line ends here.
    String tag = ascii(line, sourceEnd + 1, tags).split(":", 2)[0];
    if (source.isEmpty() || !(tag.equals("F") || tag.equals("P"))) {
      return Optional.empty();
    }
    int text = Math.min(tags + 1, line.length);
    return Optional.of(new LogEntry(line, time, text, source.get(), tag.equals("P")));
  }

  LogSource source() {
    return source;
  }

  /** Whether the container's line goes on in the next entry of the same source. */
  boolean partial() {
    return partial;
  }

  /** When it was written, in the runtime's text. */
  byte[] time() {
    return Arrays.copyOf(line, timeEnd);
  }

  /** What the container wrote, without the line's end. */
  byte[] text() {
    return Arrays.copyOfRange(line, textStart, line.length);
  }

  /** When it was written; empty when the runtime's text is no RFC 3339 time. */
  Optional<Instant> instant() {
    try {
      return Optional.of(
          DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(ascii(line, 0, timeEnd), Instant::from));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static Optional<LogSource> source(String text) {
    return switch (text) {
      case "stdout" -> Optional.of(LogSource.STDOUT);
      case "stderr" -> Optional.of(LogSource.STDERR);
      default -> Optional.empty();
    };
  }

  /** Where the word that begins at {@code from} ends. */
  private static int end(byte[] line, int from) {
    int i = Math.min(from, line.length);
    while (i < line.length && line[i] != ' ') {
      i++;
    }
    return i;
  }

  private static String ascii(byte[] line, int from, int to) {
    int start = Math.min(from, to);
    return new String(line, start, to - start, US_ASCII);
  }
}
