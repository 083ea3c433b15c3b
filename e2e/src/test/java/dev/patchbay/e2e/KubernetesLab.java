package dev.patchbay.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real Kubernetes of one node, by {@code e2e/kubernetes}: it ends with this process, whatever
 * becomes of that.
 */
final class KubernetesLab implements AutoCloseable {
  /** The programs have to be built the first time. */
  private static final Duration BUILD = Duration.ofMinutes(25);

  private static final Duration START = Duration.ofMinutes(3);
  private static final Duration POD = Duration.ofSeconds(60);

  private final Lab lab;
  private final Path folder;

  private KubernetesLab(Lab lab) {
    this.lab = lab;
    this.folder = lab.folder().resolve("cluster");
  }

  /** Starts it, with the lab's images and these. */
  static KubernetesLab start(Lab lab, Path... images) {
    Path scripts = Lab.root().resolve("e2e/kubernetes");
    Lab.require(
        Boolean.getBoolean("patchbay.lab.required")
            || Command.of(scripts.resolve("programs").toString(), "--built").run().exit() == 0,
        "Kubernetes is not built: e2e/kubernetes/programs");
    Command.of(scripts.resolve("programs").toString()).within(BUILD).output();
    var cluster = new KubernetesLab(lab);
    cluster.launch(List.of(images));
    return cluster;
  }

  private void launch(List<Path> images) {
    Path log = lab.folder().resolve("up.log");
    List<String> argv = new ArrayList<>(List.of(script("up"), "--foreground"));
    images.forEach(image -> argv.add(image.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(argv).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment());
    try {
      Process up = builder.start();
      lab.onClose("the cluster", () -> end(up));
      lab.onClose("the cluster's logs", this::keepLogs);
      Await.until(
          "the cluster is ready (its log: " + log + ")",
          START,
          () -> {
            if (!up.isAlive()) {
              throw new AssertionError("up ended: " + read(log));
            }
            return read(log).lines().anyMatch("ready"::equals);
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A kubectl command as the administrator. */
  Command kubectl(String... arguments) {
    return command("kubectl", arguments);
  }

  /** A command on the node. */
  Command node(String... argv) {
    return command("node", argv);
  }

  /** Applies files of this repository, or a folder of them. */
  void apply(String path) {
    kubectl("apply", "-f", Lab.root().resolve(path).toString()).output();
  }

  /** Applies YAML or JSON. */
  void applyText(String text) {
    kubectl("apply", "-f", "-").reading(text).output();
  }

  /** A pod of the lab's busybox that waits, with these annotations. */
  void pod(String name, Map<String, String> annotations) {
    StringBuilder lines = new StringBuilder();
    annotations.forEach(
        (key, value) -> lines.append("    ").append(key).append(": '").append(value).append("'\n"));
    applyText(
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
          annotations:
            lab: "yes"
        %sspec:
          terminationGracePeriodSeconds: 1
          containers:
            - {name: main, image: "localhost/busybox:lab", command: [sleep, infinity]}
        """
            .formatted(name, lines));
  }

  /**
   * Returns once the pod is Ready; tells what the cluster says of it when it does not become so.
   */
  void awaitReady(String pod) {
    Ran ran =
        kubectl("wait", "--for=condition=Ready", "pod/" + pod, "--timeout=" + POD.toSeconds() + "s")
            .within(POD.plusSeconds(20))
            .run();
    if (ran.exit() != 0) {
      throw new AssertionError(ran.stderr() + kubectl("describe", "pod", pod).run().stdout());
    }
  }

  /** Deletes a pod and returns when it is gone. */
  void delete(String pod) {
    kubectl("delete", "pod", pod, "--wait", "--timeout=60s").within(POD.plusSeconds(20)).output();
  }

  /** The names of a pod's interfaces but the loopback, as {@code ip a} shows them. */
  List<String> interfaces(String pod) {
    return kubectl("exec", pod, "--", "ip", "a")
        .output()
        .lines()
        .filter(line -> line.matches("[0-9]+: .*"))
        .map(line -> line.split(":", 3)[1].strip().replaceFirst("@.*", ""))
        .filter(name -> !name.equals("lo"))
        .toList();
  }

  /** What pods leave on a node if they do: links, namespaces of the network, reservations. */
  String traces() {
    return node(
            "sh",
            "-c",
            """
            ip -o link | sed 's/^[0-9]*: \\([^:@]*\\).*/link \\1/'
            ls -1 /run/netns
            find /var/lib/cni /var/lib/patchbay/spool -type f 2>/dev/null |
              grep -v -e last_reserved -e '/lock$' || :
            """)
        .output();
  }

  @Override
  public void close() {
    lab.close();
  }

  private void end(Process up) throws IOException, InterruptedException {
    up.getOutputStream().close();
    if (!up.waitFor(60, TimeUnit.SECONDS)) {
      up.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
      command("down").output();
    }
  }

  private void keepLogs() throws IOException, InterruptedException {
    Path kept = Lab.root().resolve("e2e/target/labs").resolve(lab.name());
    Files.createDirectories(kept);
    kubectl("get", "events", "-A", "--sort-by=.lastTimestamp")
        .start(kept.resolve("events.log"))
        .waitFor(20, TimeUnit.SECONDS);
    try (Stream<Path> logs = Files.list(folder.resolve("log"))) {
      for (Path log : logs.toList()) {
        Files.copy(log, kept.resolve(log.getFileName()));
      }
    }
  }

  private Command command(String script, String... arguments) {
    List<String> argv = new ArrayList<>(List.of(script(script)));
    argv.addAll(List.of(arguments));
    return Command.of(argv).with(environment());
  }

  private Map<String, String> environment() {
    return Map.of("PATCHBAY_KUBERNETES", folder.toString());
  }

  private static String script(String name) {
    return Lab.root().resolve("e2e/kubernetes").resolve(name).toString();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
