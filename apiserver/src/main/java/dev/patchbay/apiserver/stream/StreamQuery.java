package dev.patchbay.apiserver.stream;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.jetty.util.Fields;

/**
 * The query of exec, attach and log.
 *
 * @param fields its parameters
 */
record StreamQuery(Fields fields) {
  Optional<String> container() {
    return text("container");
  }

  List<String> command() throws StreamRefusal {
    List<String> command = fields.getValuesOrEmpty("command");
    if (command.isEmpty() || command.getFirst().isEmpty()) {
      throw StreamRefusal.badRequest("you must specify at least one command for the container");
    }
    return List.copyOf(command);
  }

  /**
   * The streams asked for.
   *
   * @param byDefault whether stdout and stderr are wanted when the query does not say
   */
  StreamOptions streams(boolean byDefault) throws StreamRefusal {
    boolean tty = flag("tty", false);
    boolean stdin = flag("stdin", false);
    boolean stdout = flag("stdout", byDefault);
    boolean stderr = flag("stderr", byDefault) && !tty;
    if (!stdin && !stdout && !stderr) {
      throw StreamRefusal.badRequest("you must specify at least 1 of stdin, stdout, stderr");
    }
    return new StreamOptions(stdin, stdout, stderr, tty);
  }

  /** Everything that log knows; the backend's certificate and prettiness mean nothing here. */
  LogOptions log(Clock clock) throws StreamRefusal {
    OptionalLong tail = number("tailLines", 0);
    LogOptions.Source source = source();
    if (tail.isPresent() && source != LogOptions.Source.ALL) {
      throw invalid("stream", "`tailLines` and specific `stream` are mutually exclusive for now");
    }
    return new LogOptions(
        flag("follow", false),
        flag("previous", false),
        tail,
        since(clock),
        flag("timestamps", false),
        number("limitBytes", 1),
        source);
  }

  private Optional<Instant> since(Clock clock) throws StreamRefusal {
    OptionalLong seconds = number("sinceSeconds", 1);
    Optional<String> time = text("sinceTime");
    if (seconds.isPresent() && time.isPresent()) {
      throw invalid("", "at most one of `sinceTime` or `sinceSeconds` may be specified");
    }
    if (seconds.isPresent()) {
      return Optional.of(clock.instant().minusSeconds(seconds.getAsLong()));
    }
    if (time.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(time.get()).toInstant());
    } catch (DateTimeException _) {
      throw invalid(
          "sinceTime", "\"%s\" is no time such as 2026-11-21T09:00:00Z".formatted(time.get()));
    }
  }

  private LogOptions.Source source() throws StreamRefusal {
    String asked = text("stream").orElse("All");
    return switch (asked) {
      case "All" -> LogOptions.Source.ALL;
      case "Stdout" -> LogOptions.Source.STDOUT;
      case "Stderr" -> LogOptions.Source.STDERR;
      default ->
          throw invalid("stream", "\"%s\": supported values: All, Stderr, Stdout".formatted(asked));
    };
  }

  private OptionalLong number(String name, long least) throws StreamRefusal {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    if (!text.get().matches("-?\\d{1,15}")) {
      throw invalid(name, "\"%s\": must be a number of at most 15 digits".formatted(text.get()));
    }
    long value = Long.parseLong(text.get());
    if (value < least) {
      throw invalid(name, "%d: must be greater than or equal to %d".formatted(value, least));
    }
    return OptionalLong.of(value);
  }

  private static StreamRefusal invalid(String field, String why) {
    String where = field.isEmpty() ? "" : field + ": Invalid value: ";
    return StreamRefusal.invalid("PodLogOptions \"\" is invalid: " + where + why);
  }

  // As Kubernetes converts: only "false" and "0" say no, an empty value says yes.
  private boolean flag(String name, boolean absent) {
    Fields.Field field = fields.get(name);
    return field == null ? absent : !List.of("false", "0").contains(field.getValue());
  }

  private Optional<String> text(String name) {
    return Optional.ofNullable(fields.getValue(name)).filter(value -> !value.isEmpty());
  }
}
