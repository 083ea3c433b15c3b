package dev.patchbay.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Our product on the lab's host: the built agent as a process of its own, with its state, socket
 * and spool in the lab's folder, and a plugin folder in which the runtime finds the shim.
 */
final class PatchbayNode {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(20);

  private final Lab lab;
  private final Path folder;
  private final Path launcher;
  private final Path config;
  private final List<Path> logs = new ArrayList<>();
  private Optional<Process> agent = Optional.empty();

  private PatchbayNode(Lab lab, Path launcher, Path delegates) {
    this.lab = lab;
    this.folder = lab.dir("patchbay");
    this.launcher = launcher;
    this.config = lab.write(folder.resolve("agent.yaml"), yaml(delegates));
  }

  /**
   * Installs the shim and starts the agent.
   *
   * @param delegates the folder of third-party plugins it may run
   */
  static PatchbayNode start(Lab lab, Path delegates) {
    Path dist =
        Path.of(
            System.getProperty(
                "patchbay.lab.dist", Lab.root().resolve("cli/target/dist").toString()));
    Path launcher = dist.resolve("bin/patchbay");
    Lab.require(
        Files.isExecutable(launcher), launcher + " is missing: build first (./check builds)");
    PatchbayNode node = new PatchbayNode(lab, launcher, delegates);
    node.install(dist.resolve("cni"));
    lab.onClose("the agent", node::stop);
    node.start();
    return node;
  }

  /** The folder with the shim under all its names. */
  Path bin() {
    return lab.dir("patchbay", "bin");
  }

  /** What a runtime's environment needs so that the shim finds this agent. */
  Map<String, String> env() {
    return Map.of("PATCHBAY_SOCKET", socket().toString(), "PATCHBAY_SPOOL", spool().toString());
  }

  /** Where DELs wait that came while the agent was away. */
  Path spool() {
    return folder.resolve("spool");
  }

  /** Starts the agent and waits until it says that it is ready. */
  void start() {
    Path log = folder.resolve("agent-" + logs.size() + ".log");
    logs.add(log);
    Process process =
        lab.inHost(launcher.toString(), "agent", "--config", config.toString()).start(log);
    agent = Optional.of(process);
    Await.until(
        "the agent is ready",
        START,
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("the agent ended; its log:\n" + read(log));
          }
          return read(log).lines().anyMatch("ready"::equals);
        });
  }

  /** Starts the agent as it would start after a reboot, told by that boot's name. */
  void startAsBoot(String bootId) {
    try {
      lab.write(config, Files.readString(config) + "bootId: " + bootId + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start();
  }

  /** Ends the agent as a service manager does. */
  void stop() {
    end(ProcessHandle::destroy);
  }

  /** Ends the agent without warning, {@code kill -9}. */
  void kill() {
    end(ProcessHandle::destroyForcibly);
  }

  /** Everything every agent of this lab has logged. */
  String log() {
    return String.join("", logs.stream().map(PatchbayNode::read).toList());
  }

  /** A {@code patchbay} command of a user on this host. */
  Command cli(String... argv) {
    List<String> all = new ArrayList<>(List.of(launcher.toString()));
    all.addAll(List.of(argv));
    return lab.inHost(all.toArray(String[]::new)).with(env());
  }

  /** The NICs the agent knows, as POD:INTERFACE. */
  List<String> nics() {
    return cli("get", "nics", "-o", "name").run().orFail().lines();
  }

  /** The runtime's call of our plugin under a name, by the {@link CniDriver}. */
  CniDriver driver(String type) {
    return new CniDriver(lab, bin().resolve(type), bin(), env());
  }

  private void end(Consumer<ProcessHandle> how) {
    agent.ifPresent(process -> {
      // The launcher may wait for the JVM; both were started by us.
      List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
      all.add(process.toHandle());
      all.forEach(how);
      for (ProcessHandle one : all) {
        try {
          one.onExit().get(STOP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
          one.destroyForcibly();
          throw new AssertionError("the agent did not end within " + STOP);
        } catch (InterruptedException | ExecutionException e) {
          throw new IllegalStateException("cannot wait for the agent", e);
        }
      }
    });
    agent = Optional.empty();
  }

  /** Copies, because a lab may replace a plugin, and the build's own must stay as they are. */
  private void install(Path plugins) {
    try (Stream<Path> all = Files.list(plugins)) {
      for (Path plugin : all.toList()) {
        Files.copy(plugin, bin().resolve(plugin.getFileName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot install the shim", e);
    }
  }

  private Path socket() {
    return folder.resolve("agent.sock");
  }

  private String yaml(Path delegates) {
    return """
    socket: %s
    stateDir: %s
    rehearsal: false
    spool: %s
    hostNetns: %s
    netnsRoots: [/run/netns, /var/run/netns, /proc]
    binDir: %s
    delegateDirs: [%s]
    networkDefinitions: %s
    confDir: %s
    """
        .formatted(
            socket(),
            lab.dir("patchbay", "state"),
            spool(),
            lab.netns(),
            bin(),
            delegates,
            lab.dir("networks"),
            lab.dir("confs"));
  }

  private static String read(Path log) {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
