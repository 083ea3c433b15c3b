package dev.patchbay.e2e.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.e2e.Await;
import dev.patchbay.e2e.Command;
import dev.patchbay.e2e.Lab;
import dev.patchbay.e2e.Ran;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Patchbay on the guest as a machine has it: no configuration, everything at its own place. */
final class GuestNode {
  static final Path SPOOL = Path.of("/var/lib/patchbay/spool");
  static final Duration LIMIT = Duration.ofMinutes(3);

  private static final Path DIST = Lab.root().resolve("cli/target/dist");
  private static final Path LOG = Path.of("/var/log/agent.log");

  private static Optional<GuestNode> started = Optional.empty();

  private final Process agent;

  private GuestNode(Process agent) {
    this.agent = agent;
  }

  /** The agent that runs, started now if none does: a start takes long in here. */
  static GuestNode running() {
    GuestNode node = started.filter(former -> former.agent.isAlive()).orElseGet(GuestNode::start);
    started = Optional.of(node);
    return node;
  }

  private static GuestNode start() {
    try {
      Files.createDirectories(LOG.getParent());
      Files.deleteIfExists(LOG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Process agent = Command.of(DIST.resolve("bin/patchbay").toString(), "agent").start(LOG);
    Await.until(
        "the agent is ready",
        LIMIT,
        () -> {
          if (!agent.isAlive()) {
            throw new AssertionError("the agent ended: " + log());
          }
          return log().lines().anyMatch("ready"::equals);
        });
    return new GuestNode(agent);
  }

  /** Ends the agent without warning. */
  void kill() {
    List<ProcessHandle> all = new ArrayList<>(agent.descendants().toList());
    all.add(agent.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    Await.until("the agent is dead", LIMIT, () -> all.stream().noneMatch(ProcessHandle::isAlive));
  }

  /**
   * The runtime's call of our plugin.
   *
   * @param pod the namespace's name
   * @param conf without version and name of the network
   */
  static JsonNode cni(String command, String pod, String ifName, String conf) {
    Map<String, String> env =
        Map.of(
            "CNI_COMMAND",
            command,
            "CNI_CONTAINERID",
            pod,
            "CNI_NETNS",
            "/run/netns/" + pod,
            "CNI_IFNAME",
            ifName,
            "CNI_ARGS",
            "IgnoreUnknown=1;K8S_POD_NAMESPACE=lab;K8S_POD_NAME=%1$s;K8S_POD_UID=uid-%1$s"
                .formatted(pod),
            "CNI_PATH",
            "/opt/cni/bin");
    Ran ran =
        Command.of(DIST.resolve("cni/patchbay-shim").toString()).with(env).reading(conf).run();
    assertThat(ran.exit()).as("%s of %s: %s %s", command, pod, ran, log()).isZero();
    JsonMapper json = JsonMapper.shared();
    return ran.stdout().isBlank() ? json.missingNode() : json.readTree(ran.stdout());
  }

  /** The NICs that the agent knows. */
  static List<String> nics() {
    return Command.of(DIST.resolve("bin/patchbay").toString(), "get", "nics", "-o", "name")
        .run()
        .orFail()
        .lines();
  }

  /** The DELs that wait for the agent. */
  static List<Path> spooled() {
    try (Stream<Path> all = Files.walk(SPOOL)) {
      return all.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void netns(String verb, String pod) {
    Command.of("ip", "netns", verb, pod).output();
  }

  /** A command of iproute2 in a pod. */
  static void inPod(String pod, String... argv) {
    List<String> all = new ArrayList<>(List.of("ip", "-n", pod));
    all.addAll(List.of(argv));
    Command.of(all).output();
  }

  /** What the agent that was started last has said. */
  static String log() {
    try {
      return Files.exists(LOG) ? Files.readString(LOG) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
