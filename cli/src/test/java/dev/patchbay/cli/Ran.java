package dev.patchbay.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command that has run in this process, at a fixed time.
 *
 * @param exit its exit code
 * @param out what it wrote for programs
 * @param err what it wrote for people
 */
record Ran(int exit, String out, String err) {
  private static final Clock NOW =
      Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);

  /** Runs with an agent, where more than ASCII can be shown. */
  static Ran with(FakeAgent agent, String... args) {
    return in(Map.of("PATCHBAY_SOCKET", agent.socket().toString()), true, args);
  }

  /** Runs in these variables. */
  static Ran in(Map<String, String> environment, boolean unicode, String... args) {
    return run(environment, unicode, Optional.empty(), Path.of("/nonexistent/agent.yaml"), args);
  }

  /** Runs where the agent's configuration is in that file, and the standalone node's beside it. */
  static Ran configured(Path configFile, String... args) {
    return run(Map.of(), true, Optional.empty(), configFile, args);
  }

  /** Runs before a person's screen; the person answers every question so. */
  static Ran before(String person, FakeAgent agent, String... args) {
    return run(
        Map.of("PATCHBAY_SOCKET", agent.socket().toString(), "NO_COLOR", "1"),
        true,
        Optional.of(person),
        Path.of("/nonexistent/agent.yaml"),
        args);
  }

  private static Ran run(
      Map<String, String> environment,
      boolean unicode,
      Optional<String> person,
      Path configFile,
      String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    Map<String, String> variables = new HashMap<>(Map.of("PATH", "/usr/bin:/bin"));
    variables.putAll(environment);
    var where =
        new Surroundings(
            new PrintWriter(out),
            new PrintWriter(err),
            variables,
            person.isPresent(),
            unicode,
            _ -> person,
            configFile,
            NOW);
    int exit = PatchbayCommand.run(where, args);
    where.out().flush();
    where.err().flush();
    return new Ran(exit, out.toString(), err.toString());
  }

  List<String> lines() {
    return out.lines().toList();
  }
}
