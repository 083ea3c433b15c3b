package dev.patchbay.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every verb that talks to the agent. */
final class CommonOptions {
  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "The agent's socket. Else PATCHBAY_SOCKET, else the agent's configuration.")
  @Nullable Path socket;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The agent's configuration, for its socket. Else PATCHBAY_CONFIG.")
  @Nullable Path config;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "${env:PATCHBAY_TIMEOUT:-110}",
      description = "How long to wait for the agent; exit code 3 afterwards. Default: 110.")
  int timeout = 110;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      defaultValue = "${env:PATCHBAY_COLOR:-auto}",
      description = "auto, always or never. Default: auto; NO_COLOR is honoured.")
  Color color = Color.AUTO;

  @Mixin final HelpOption help = new HelpOption();

  Marks marks(Surroundings where) {
    return new Marks(where.isUnicode(), color.on(where));
  }

  AgentClient agent(Surroundings where) {
    return at(socketPath(where), where);
  }

  /** The agent that {@code patchbay up} starts. */
  AgentClient standalone(Surroundings where) {
    return at(standaloneSocket(where), where);
  }

  private AgentClient at(Path path, Surroundings where) {
    if (timeout < 1) {
      throw new CommandFailure(
          CommandFailure.USAGE, "--timeout is " + timeout + "; write seconds, at least 1", "");
    }
    return new AgentClient(path, timeout, where);
  }

  /**
   * Flags before environment before configuration file; with several files, that of an agent that
   * has run.
   */
  Path socketPath(Surroundings where) {
    return said(where)
        .orElseGet(() -> {
          Path first = AgentSettings.socket(configFile(where));
          Path second = AgentSettings.socket(where.standaloneFile());
          boolean named = config != null || where.variable("PATCHBAY_CONFIG").isPresent();
          return named || Files.exists(first) || !Files.exists(second) ? first : second;
        });
  }

  /** The same for {@code patchbay up}, which has a configuration file of its own. */
  Path standaloneSocket(Surroundings where) {
    return said(where)
        .orElseGet(
            () -> AgentSettings.socket(Optional.ofNullable(config).orElse(where.standaloneFile())));
  }

  private Optional<Path> said(Surroundings where) {
    return Optional.ofNullable(socket).or(() -> where.variable("PATCHBAY_SOCKET").map(Path::of));
  }

  Path configFile(Surroundings where) {
    return Optional.ofNullable(config)
        .or(() -> where.variable("PATCHBAY_CONFIG").map(Path::of))
        .orElse(where.configFile());
  }
}
