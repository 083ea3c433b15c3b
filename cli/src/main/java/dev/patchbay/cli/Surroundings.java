package dev.patchbay.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where a command runs.
 *
 * @param out for data
 * @param err for talk
 * @param environment variables of the process
 * @param isTerminal whether {@code out} is a person's screen
 * @param isUnicode whether {@code out} can show more than ASCII
 * @param person answers a question, where one is there
 * @param configFile the agent's configuration
 * @param clock the time now
 */
record Surroundings(
    PrintWriter out,
    PrintWriter err,
    Map<String, String> environment,
    boolean isTerminal,
    boolean isUnicode,
    Function<String, Optional<String>> person,
    Path configFile,
    Clock clock) {
  /** Copies the map. */
  Surroundings {
    environment = Map.copyOf(environment);
  }

  /** The configuration of {@code patchbay up}, beside the agent's. */
  Path standaloneFile() {
    return configFile.resolveSibling("standalone.yaml");
  }

  /** A variable that says something. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }
}
