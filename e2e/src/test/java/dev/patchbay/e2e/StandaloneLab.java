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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A host on which a person typed {@code patchbay up}: agent, API, node and a containerd of its own,
 * and a real kubectl beside them.
 */
final class StandaloneLab implements AutoCloseable {
  /** How long something may take that the node does on its own. */
  static final Duration SOON = Duration.ofSeconds(30);

  private static final Pattern KUBECONFIG = Pattern.compile("export KUBECONFIG=(\\S+)");

  private final Lab lab;
  private final Path launcher;
  private final String kubectl;
  private final List<String> flags;
  private final String settings;
  private Path kubeconfig;

  private StandaloneLab(Lab lab, List<String> flags, String settings) {
    this.lab = lab;
    this.settings = settings;
    this.flags = List.copyOf(flags);
    Path dist =
        Path.of(
            System.getProperty(
                "patchbay.lab.dist", Lab.root().resolve("cli/target/dist").toString()));
    this.launcher = dist.resolve("bin/patchbay");
    Lab.require(Files.isExecutable(launcher), launcher + " is missing: build first (./check)");
    Ran found = Command.of(Lab.root().resolve("e2e/lab-tools").toString(), "kubectl").run();
    Lab.require(found.exit() == 0, "no kubectl: " + found.stderr());
    this.kubectl = found.lines().getFirst();
    this.kubeconfig = lab.folder().resolve("none");
  }

  /** Starts all of it, with a containerd of its own. */
  static StandaloneLab up() {
    return up(List.of());
  }

  /** Starts all of it with these flags too. */
  static StandaloneLab up(List<String> flags) {
    Lab lab = Lab.create();
    try {
      return up(lab, flags, "");
    } catch (Throwable e) {
      try {
        lab.close();
      } catch (AssertionError left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  /**
   * Starts all of it in a lab that is there, with these lines of standalone.yaml too; those that
   * begin with two blanks are the agent's.
   */
  static StandaloneLab up(Lab lab, List<String> flags, String settings) {
    StandaloneLab standalone = new StandaloneLab(lab, flags, settings);
    lab.onClose("what is up", standalone::down);
    standalone.start();
    standalone.importImages();
    return standalone;
  }

  /** {@code patchbay up} once more. */
  void start() {
    Path config =
        lab.write(
            lab.folder().resolve("standalone.yaml"),
            // VPCs of labs that run beside this one may have the same names
            "agent:\n  vpc: {netnsDir: %s}\n%s".formatted(lab.dir("vpcs"), settings));
    List<String> words =
        new ArrayList<>(
            List.of(
                "up",
                "--config",
                config.toString(),
                "--state",
                state().toString(),
                "--node-name",
                "lab"));
    words.addAll(List.of("--listen", "127.0.0.1:6443", "--log", log().toString()));
    words.addAll(flags);
    Ran up = patchbay(words.toArray(String[]::new)).within(Duration.ofSeconds(90)).run().orFail();
    Matcher said = KUBECONFIG.matcher(up.stderr());
    if (!said.find()) {
      throw new AssertionError("no kubeconfig is named: " + up.stderr());
    }
    kubeconfig = Path.of(said.group(1));
  }

  /** {@code patchbay down}, and the whole daemon is gone. */
  void down() {
    patchbay("down", "--purge").within(Duration.ofMinutes(2)).run().orFail();
  }

  /** {@code kill -9} of the daemon; containers and their containerd live on. */
  void kill() {
    List<ProcessHandle> ours = daemon();
    ours.forEach(ProcessHandle::destroyForcibly);
    ours.forEach(process -> process.onExit().join());
  }

  /** The daemon is asked to end, as at a shutdown; containers and their containerd live on. */
  void terminate() {
    List<ProcessHandle> ours = daemon();
    ours.forEach(ProcessHandle::destroy);
    ours.forEach(process -> process.onExit().orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join());
  }

  private List<ProcessHandle> daemon() {
    List<ProcessHandle> ours =
        ProcessHandle.allProcesses()
            .filter(process -> words(process).contains(state().toString()))
            .toList();
    if (ours.isEmpty()) {
      throw new AssertionError("nothing is up: " + read(log()));
    }
    return ours;
  }

  /** ProcessHandle has no arguments of who has more than a page of them. */
  private static List<String> words(ProcessHandle process) {
    try {
      return List.of(
          Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
              .split("\0", -1));
    } catch (IOException _) {
      return List.of(); // it has ended meanwhile
    }
  }

  /** The API for clients of this process; closed with the lab. */
  LabApi api() {
    LabApi api = LabApi.of(lab.netns(), kubeconfig);
    lab.onClose("clients of the API", api::close);
    return api;
  }

  /** A {@code patchbay} command on this host. */
  Command patchbay(String... argv) {
    List<String> all = new ArrayList<>(List.of(launcher.toString()));
    all.addAll(List.of(argv));
    return lab.inHost(all.toArray(String[]::new))
        .with(Map.of("PATCHBAY_SOCKET", socket().toString()));
  }

  /** A {@code kubectl} command on this host. */
  Command kubectl(String... argv) {
    List<String> all = new ArrayList<>(List.of(kubectl));
    all.addAll(List.of(argv));
    return lab.inHost(all.toArray(String[]::new))
        .with(
            Map.of(
                "KUBECONFIG",
                kubeconfig.toString(),
                "KUBECACHEDIR",
                lab.dir("kubectl-cache").toString()));
  }

  /**
   * A line as the seed has it, in a shell whose folder holds the seed's files. Text of the seed
   * only.
   */
  Ran typed(Path folder, String line) {
    return lab.inHost(
            "sh",
            "-c",
            "cd \"$0\" && PATH=\"$1:$PATH\" && " + line,
            folder.toString(),
            kubectl.substring(0, kubectl.lastIndexOf('/')))
        .with(
            Map.of(
                "KUBECONFIG",
                kubeconfig.toString(),
                "KUBECACHEDIR",
                lab.dir("kubectl-cache").toString()))
        .run();
  }

  /** {@code kubectl get … -o json}. */
  JsonNode get(String... what) {
    List<String> words = new ArrayList<>(List.of("get"));
    words.addAll(List.of(what));
    words.addAll(List.of("-o", "json"));
    return Confs.json(kubectl(words.toArray(String[]::new)).output());
  }

  /** The NIC statuses of a pod, name → state. */
  Map<String, String> nicStates(String pod) {
    Map<String, String> states = new java.util.TreeMap<>();
    get("pod", pod)
        .at("/status/nicStatuses")
        .forEach(nic -> states.put(nic.path("name").asString(), nic.path("state").asString()));
    return states;
  }

  /** Waits until the pod's NICs have these states. */
  void awaitNics(String pod, Map<String, String> wanted) {
    Map<String, String> seen =
        Await.settled(SOON, () -> nicStates(pod), states -> states.equals(wanted));
    if (!seen.equals(wanted)) {
      throw new AssertionError(
          pod
              + " has "
              + seen
              + " and not "
              + wanted
              + "\n"
              + kubectl("describe", "pod", pod).run().stdout()
              + read(log()));
    }
  }

  /** The seed's files of that folder, in a folder of the lab. */
  Path seed(String name, String... files) {
    Path folder = lab.dir(name);
    for (String file : files) {
      lab.write(folder.resolve(file), Confs.fixture(name + "/" + file));
    }
    return folder;
  }

  Lab lab() {
    return lab;
  }

  Path state() {
    return lab.dir("state");
  }

  /** Where its agent answers. */
  Path socket() {
    return run().resolve("agent.sock");
  }

  Path log() {
    return lab.folder().resolve("up.log");
  }

  @Override
  public void close() {
    lab.close();
  }

  private Path run() {
    return lab.dir("run");
  }

  private void importImages() {
    Path socket = run().resolve("standalone/containerd.sock");
    if (!Files.exists(socket)) {
      return; // told to use no containerd of its own
    }
    Command.of(
            "ctr",
            "-a",
            socket.toString(),
            "-n",
            "k8s.io",
            "images",
            "import",
            LabImages.ociLayout(lab).toString())
        .output();
  }

  String logText() {
    return read(log());
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
