package dev.patchbay.agent.standalone;

import dev.patchbay.cri.OwnContainerd;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A containerd of our own: a process that outlives us, so that containers do, whose folders lie
 * below ours and whose conf_dir holds our CNI configuration only.
 */
final class PrivateContainerd {
  /** The sandbox image, which {@code libexec/pause.tar} brings. */
  static final String PAUSE = "localhost/patchbay-pause:1";

  private static final Logger LOG = LoggerFactory.getLogger(PrivateContainerd.class);
  private static final Duration START = Duration.ofSeconds(20);
  private static final Duration STOP = Duration.ofSeconds(10);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final List<Path> FOLDERS =
      Stream.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
          .map(Path::of)
          .toList();

  private final Path state;
  private final Path run;
  private final Path bin;
  private final Map<String, String> environment;

  /**
   * It is not started yet.
   *
   * @param state images and containers
   * @param run sockets, short enough for one (107 bytes)
   * @param bin where it finds our CNI plugin
   * @param environment what it hands to every plugin
   */
  PrivateContainerd(Path state, Path run, Path bin, Map<String, String> environment) {
    this.state = state;
    this.run = run;
    this.bin = bin;
    this.environment = Map.copyOf(environment);
  }

  /** A program of this machine. */
  static Optional<Path> program(String name) {
    return FOLDERS.stream()
        .map(folder -> folder.resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Where it answers CRI. */
  Path socket() {
    return run.resolve("containerd.sock");
  }

  /** Where its CNI configurations are. */
  Path confDir() {
    return state.resolve("net.d");
  }

  /**
   * Starts it, or finds the one that was started before; answers its pid.
   *
   * @throws IOException naming its log when it ends or does not answer within 20 s
   */
  long start(Path containerd) throws IOException, InterruptedException {
    Optional<ProcessHandle> before = running();
    if (before.isPresent() && answers()) {
      return before.get().pid();
    }
    Files.createDirectories(run);
    Files.createDirectories(confDir());
    Path config = state.resolve("config.toml");
    Files.writeString(config, own().toml());
    Path log = state.resolve("containerd.log");
    // A session of its own: what ends us by a key or a hang-up does not end the containers.
    ProcessBuilder builder =
        new ProcessBuilder("setsid", containerd.toString(), "--config", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectInput(Path.of("/dev/null").toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    Files.writeString(pidFile(), Identity.of(process.toHandle()));
    long deadline = System.nanoTime() + START.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new IOException("containerd did not come up; its log is " + log);
      }
      Thread.sleep(LOOK_AGAIN);
    }
    return process.pid();
  }

  /** Ends it and what is left of its containers; nothing to do where it does not run. */
  void stop() throws IOException, InterruptedException {
    Optional<ProcessHandle> process = running();
    if (process.isPresent()) {
      end(process.get());
    }
    own().endShims();
    Files.deleteIfExists(pidFile());
  }

  private static void end(ProcessHandle process) throws InterruptedException {
    process.destroy();
    try {
      process.onExit().get(STOP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      LOG.warn("Patchbay: containerd {} did not end within {}; killing it", process.pid(), STOP);
      process.destroyForcibly();
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for a process fails only by interruption", e);
    }
  }

  /** Whether one runs that was started before. */
  boolean runs() throws IOException {
    return running().isPresent();
  }

  private Optional<ProcessHandle> running() throws IOException {
    if (!Files.exists(pidFile())) {
      return Optional.empty();
    }
    return Identity.find(Files.readString(pidFile()));
  }

  private boolean answers() {
    if (!Files.exists(socket())) {
      return false;
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket()));
    } catch (IOException _) {
      return false; // a socket file that nobody listens on
    }
  }

  private Path pidFile() {
    return run.resolve("containerd.pid");
  }

  private OwnContainerd own() {
    return new OwnContainerd(
        state, run, socket(), PAUSE, bin, confDir(), program("apparmor_parser").isPresent());
  }

  /** A process, known again after our own restart: a pid alone may be a stranger's by then. */
  private static final class Identity {
    private Identity() {}

    static String of(ProcessHandle process) {
      return process.pid() + " " + started(process);
    }

    static Optional<ProcessHandle> find(String text) {
      String[] words = text.strip().split(" ", 2);
      try {
        return ProcessHandle.of(Long.parseLong(words[0])).filter(found -> of(found).equals(text));
      } catch (NumberFormatException _) {
        return Optional.empty();
      }
    }

    private static String started(ProcessHandle process) {
      return process.info().startInstant().map(Object::toString).orElse("?");
    }
  }
}
