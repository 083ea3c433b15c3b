package dev.patchbay.cli;

import dev.patchbay.cni.json.Json;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code patchbay up}: a node with an API of its own, on this machine. */
@Command(
    name = "up",
    header = {
      "Examples:",
      "  sudo patchbay up",
      "  sudo patchbay up --pod-cidr 10.80.0.0/16 --listen 127.0.0.1:7443",
      "  sudo patchbay up --install-cni",
      ""
    },
    description =
        "Starts agent, Kubernetes API and node on this machine. Pods of before are there again.")
final class UpVerb implements Callable<Integer> {
  /** What the daemon puts before each line that is meant for the person who starts it. */
  private static final String PROGRESS = "patchbay up: ";

  private static final String FAILURE = "patchbay up failed: ";
  private static final String READY = PROGRESS + "ready";
  private static final int LOOK_AGAIN_MILLIS = 20;

  private final Surroundings where;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Option(
      names = "--state",
      paramLabel = "FOLDER",
      description = "What survives a restart. Default: /var/lib/patchbay.")
  private @Nullable Path state;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS:PORT",
      description = "Where the API is served. Default: 127.0.0.1:6443.")
  private @Nullable String listen;

  @Option(names = "--node-name", paramLabel = "NAME", description = "Default: the machine's name.")
  private @Nullable String nodeName;

  @Option(
      names = "--pod-cidr",
      paramLabel = "CIDR",
      description = "Addresses of the default network. Default: 10.77.0.0/16.")
  private @Nullable String podCidr;

  @Option(
      names = "--runtime",
      paramLabel = "WHICH",
      description =
          "private (a containerd of its own), none, or the path of a CRI socket. Default: private.")
  private @Nullable String runtime;

  @Option(
      names = "--install-cni",
      description =
          "Use the system's containerd: puts our conf into /etc/cni/net.d until patchbay down.")
  private boolean installCni;

  @Option(names = "--foreground", description = "Stay, and log to standard error.")
  private boolean foreground;

  @Option(
      names = "--log",
      paramLabel = "FILE",
      defaultValue = "/var/log/patchbay.log",
      description = "The daemon's log. Default: /var/log/patchbay.log.")
  private Path log = Path.of("/var/log/patchbay.log");

  UpVerb(Surroundings where) {
    this.where = where;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (foreground) {
      return tool()
          .run(
              where.out(),
              where.err(),
              words(said -> Stream.of(said.asKey())).toArray(String[]::new));
    }
    Optional<ObjectNode> there = running();
    if (there.isPresent()) {
      requireSame(there.get());
    } else {
      requireRoot();
      start();
      there = running();
    }
    show(
        there.orElseThrow(() ->
            new CommandFailure(CommandFailure.FAILED, "it ended at once", "see its log: " + log)));
    return 0;
  }

  private static ToolProvider tool() {
    return ToolProvider.findFirst("patchbay-up")
        .orElseThrow(() ->
            new CommandFailure(
                CommandFailure.FAILED,
                "this installation has no agent",
                "install the whole distribution"));
  }

  /** The answer of a node that is up; empty where nobody answers. */
  private Optional<ObjectNode> running() {
    if (!Files.exists(common.standaloneSocket(where))) {
      return Optional.empty();
    }
    try {
      return Optional.of(common.standalone(where).ask("standalone", Json.newObject()));
    } catch (CommandFailure e) {
      if (e.exitCode() == CommandFailure.USAGE) {
        throw new CommandFailure(
            CommandFailure.FAILED,
            "an agent without an API answers at " + common.standaloneSocket(where),
            "sudo systemctl stop patchbay, then sudo patchbay up",
            e);
      }
      return Optional.empty();
    }
  }

  /** What runs is not changed by starting it again. */
  private void requireSame(ObjectNode there) {
    String name = Shown.text(there, "node");
    if (nodeName != null && !nodeName.equals(name)) {
      throw new CommandFailure(
          CommandFailure.FAILED,
          "node \""
              + name
              + "\" is up; standalone mode has one node, and it cannot be \""
              + nodeName
              + "\" too",
          "for more nodes run Patchbay on a Kubernetes cluster");
    }
    if (settings().stream().anyMatch(setting -> !setting.key().equals("socket"))) {
      where
          .err()
          .println(
              common.marks(where).warn()
                  + " it was up before: settings of this command line count after patchbay down");
    }
  }

  private void requireRoot() throws IOException {
    if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
      throw new CommandFailure(
          CommandFailure.FAILED,
          "only root may make namespaces and containers",
          "sudo patchbay up");
    }
  }

  private void start() throws IOException, InterruptedException {
    Path program =
        Path.of(System.getProperty("patchbay.home", "/usr/lib/patchbay"), "bin/patchbay");
    // A session of its own: it stays when this terminal goes.
    List<String> line =
        new ArrayList<>(List.of("setsid", program.toString(), "up", "--foreground"));
    line.addAll(words(Setting::asFlag));
    Process daemon;
    long from;
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      from = Files.exists(log) ? Files.size(log) : 0;
      daemon =
          new ProcessBuilder(line)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
    } catch (IOException e) {
      throw new CommandFailure(
          CommandFailure.FAILED, "it cannot be started: " + e.getMessage(), "sudo patchbay up", e);
    }
    follow(daemon, from);
  }

  /** Shows what the daemon says until it is ready, ends, or the time is over. */
  private void follow(Process daemon, long from) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(common.timeout);
    List<String> others = new ArrayList<>();
    try (var file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(from);
      while (true) {
        boolean alive = daemon.isAlive();
        for (String line = file.readLine(); line != null; line = file.readLine()) {
          if (tell(utf8(line), others)) {
            return;
          }
        }
        if (!alive) {
          String said = others.isEmpty() ? "it ended without a word" : others.getLast();
          throw new CommandFailure(CommandFailure.FAILED, said, "see its log: " + log);
        }
        if (System.nanoTime() > deadline) {
          throw new CommandFailure(
              CommandFailure.TIMED_OUT,
              "it is not ready after " + common.timeout + " s; it goes on in the background",
              "see its log: " + log);
        }
        Thread.sleep(LOOK_AGAIN_MILLIS);
      }
    }
  }

  /** RandomAccessFile reads bytes as Latin-1. */
  private static String utf8(String line) {
    return new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** Whether the line says that it is ready. */
  private boolean tell(String line, List<String> others) {
    if (line.equals(READY)) {
      return true;
    }
    if (line.startsWith(FAILURE)) {
      throw new CommandFailure(
          CommandFailure.FAILED, line.substring(FAILURE.length()), "see its log: " + log);
    }
    if (line.startsWith(PROGRESS)) {
      String text = line.substring(PROGRESS.length());
      where.err().println(common.marks(where).ok() + " " + text);
    } else {
      others.add(line);
    }
    return false;
  }

  private void show(ObjectNode node) {
    where
        .err()
        .println(
            common.marks(where).ok()
                + " node "
                + Shown.text(node, "node")
                + " is up, its API at "
                + Shown.text(node, "url"));
    where.err().println("  next  export KUBECONFIG=" + Shown.text(node, "kubeconfig"));
    where.err().println("        kubectl get nodes");
  }

  /**
   * Something said on this command line.
   *
   * @param flag how it is said
   * @param key the setting's name in standalone.yaml
   * @param value empty for a flag that stands alone, which means true
   */
  private record Setting(String flag, String key, Optional<String> value) {
    Stream<String> asFlag() {
      return Stream.concat(Stream.of(flag), value.stream());
    }

    String asKey() {
      return key + "=" + value.orElse("true");
    }
  }

  private List<Setting> settings() {
    List<Setting> said = new ArrayList<>();
    add(said, "--state", "stateDir", Optional.ofNullable(state).map(UpVerb::absolute));
    add(
        said,
        "--socket",
        "socket",
        Optional.ofNullable(common.socket)
            .map(UpVerb::absolute)
            .or(() -> where.variable("PATCHBAY_SOCKET")));
    add(said, "--listen", "listen", Optional.ofNullable(listen));
    add(said, "--node-name", "nodeName", Optional.ofNullable(nodeName));
    add(said, "--pod-cidr", "podCidr", Optional.ofNullable(podCidr));
    add(said, "--runtime", "runtime", Optional.ofNullable(runtime));
    if (installCni) {
      said.add(new Setting("--install-cni", "installCni", Optional.empty()));
    }
    return said;
  }

  private static void add(List<Setting> said, String flag, String key, Optional<String> value) {
    value.ifPresent(_ -> said.add(new Setting(flag, key, value)));
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().toString();
  }

  /** The file's name and then the settings, each written so. */
  private List<String> words(Function<Setting, Stream<String>> written) {
    return Stream.concat(
            Optional.ofNullable(common.config).stream()
                .flatMap(file -> Stream.of("--config", absolute(file))),
            settings().stream().flatMap(written))
        .toList();
  }
}
