package dev.patchbay.cli;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How an answer is shown. */
enum Output {
  /** A table for people; its columns may change. */
  TABLE,
  /** The table with more columns. */
  WIDE,
  /** The agent's answer, versioned. */
  JSON,
  /** The same as YAML. */
  YAML,
  /** One name a line, which other commands take. */
  NAME;

  private static List<String> words() {
    return Arrays.stream(values()).map(one -> one.name().toLowerCase(Locale.ROOT)).toList();
  }

  /** Reads the option's value. */
  static final class Converter implements ITypeConverter<Output> {
    @Override
    public Output convert(String value) {
      if (!words().contains(value)) {
        throw new TypeConversionException(
            "\"" + value + "\" is no output; write one of " + String.join(", ", words()));
      }
      return valueOf(value.toUpperCase(Locale.ROOT));
    }
  }

  /** What a shell may complete. */
  static final class Candidates implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return words().iterator();
    }
  }
}
