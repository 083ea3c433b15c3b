package dev.patchbay.e2e;

import dev.patchbay.cri.ContainerConfig;
import dev.patchbay.cri.CriClient;
import dev.patchbay.cri.CriException;
import dev.patchbay.cri.OwnContainerd;
import dev.patchbay.cri.PodIdentity;
import dev.patchbay.cri.RuntimeCondition;
import dev.patchbay.cri.RuntimeStatus;
import dev.patchbay.cri.Sandbox;
import dev.patchbay.cri.SandboxConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * A containerd of the lab's own, in the lab's host namespace, with the lab's folders for CNI confs
 * and plugins. The pods it runs are asked for as a kubelet would ask.
 */
final class ContainerdLab {
  private static final Duration START = Duration.ofSeconds(20);
  private static final Duration NETWORK = Duration.ofSeconds(10);

  private final Lab lab;
  private final Path folder;
  private final Path confDir;
  private final Path binDir;
  private final Map<String, String> env;
  private final CriClient cri;
  private final AtomicInteger uids = new AtomicInteger();

  private ContainerdLab(Lab lab, Path binDir, Map<String, String> env) {
    this.lab = lab;
    this.folder = lab.dir("containerd");
    this.confDir = lab.dir("containerd", "net.d");
    this.binDir = binDir;
    this.env = env;
    this.cri = CriClient.at(socket());
  }

  /**
   * Starts it and imports the images.
   *
   * @param binDir where it finds CNI plugins
   * @param env added to its environment, which it hands to every plugin
   */
  static ContainerdLab start(Lab lab, Path binDir, Map<String, String> env) {
    Lab.require(
        Files.isExecutable(Path.of("/usr/bin/containerd")),
        "no containerd: e2e/lab-tools packages");
    ContainerdLab containerd = new ContainerdLab(lab, binDir, env);
    lab.onClose("the CRI client", containerd.cri::close);
    containerd.launch();
    Command.of(
            "ctr",
            "-a",
            containerd.socket().toString(),
            "-n",
            "k8s.io",
            "images",
            "import",
            LabImages.ociLayout(lab).toString())
        .output();
    return containerd;
  }

  /** Where a conf that this containerd shall load belongs. */
  Path confDir() {
    return confDir;
  }

  /** Puts a conf into {@link #confDir} and waits until the runtime says its network is ready. */
  void load(String fileName, String conf) {
    lab.write(confDir.resolve(fileName), conf);
    AtomicReference<String> last = new AtomicReference<>("");
    Await.until(
        "containerd's network is ready with " + fileName + last.get(),
        NETWORK,
        () -> {
          RuntimeCondition network =
              Cri.ask(cri::runtime).condition(RuntimeStatus.NETWORK_READY).orElseThrow();
          last.set(network.message());
          return network.met();
        });
  }

  /** Runs a pod without annotations. */
  Pod run(String name) {
    return run(name, Map.of());
  }

  /** Runs a pod with one busybox container; throws the runtime's error when it cannot. */
  Pod run(String name, Map<String, String> annotations) {
    SandboxConfig config = config(name, annotations);
    return Cri.ask(() -> {
      String sandbox = cri.runSandbox(config);
      ContainerConfig main = ContainerConfig.of("main", LabImages.BUSYBOX);
      String container = cri.createContainer(sandbox, config, main);
      cri.startContainer(container);
      return new Pod(cri, name, config.pod().uid(), sandbox, container);
    });
  }

  /** Stops and removes every sandbox there is, also those whose start failed half-way. */
  void removeAllPods() {
    Cri.tell(() -> {
      for (Sandbox sandbox : cri.sandboxes(Map.of())) {
        cri.stopSandbox(sandbox.id());
        cri.removeSandbox(sandbox.id());
      }
    });
  }

  /**
   * A DEL that fails keeps a sandbox, and with it a namespace, for ever. Then the failure is told,
   * but first the plugins are replaced by ones that do nothing, so that the machine stays clean.
   */
  private void removeAllPodsOrDisarm() throws IOException {
    try {
      removeAllPods();
    } catch (UncheckedIOException e) {
      try (Stream<Path> plugins = Files.list(binDir)) {
        for (Path plugin : plugins.toList()) {
          Path idle = lab.write(folder.resolve("idle"), "#!/bin/sh\nexit 0\n");
          Files.setPosixFilePermissions(idle, PosixFilePermissions.fromString("rwxr-xr-x"));
          Files.move(idle, plugin, StandardCopyOption.ATOMIC_MOVE);
        }
      }
      removeAllPods();
      throw e;
    }
  }

  /** How many sandboxes the runtime knows, running or not. */
  int sandboxes() {
    return Cri.ask(() -> cri.sandboxes(Map.of())).size();
  }

  private SandboxConfig config(String name, Map<String, String> annotations) {
    String uid = "00000000-0000-4000-8000-%012d".formatted(uids.incrementAndGet());
    PodIdentity pod = new PodIdentity("default", name, uid);
    return SandboxConfig.of(pod, lab.dir("containerd", "logs", name))
        .annotated(annotations)
        .below("/" + lab.name());
  }

  /** Where it answers CRI. */
  Path socket() {
    return folder.resolve("c.sock");
  }

  private void launch() {
    Path config = lab.write(folder.resolve("config.toml"), own().toml());
    Path log = folder.resolve("containerd.log");
    Process process =
        lab.inHost("containerd", "--config", config.toString(), "--log-level", "info")
            .with(env)
            .start(log);
    lab.onClose("containerd", () -> stop(process));
    Await.until(
        "containerd answers (its log: " + log + ")",
        START,
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("containerd ended; its log: " + log);
          }
          return answers();
        });
    lab.onClose("the pods", this::removeAllPodsOrDisarm);
  }

  private boolean answers() {
    try {
      return Files.exists(socket()) && !cri.runtime().conditions().isEmpty();
    } catch (CriException _) {
      return false;
    }
  }

  private void stop(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    own().endShims();
  }

  private OwnContainerd own() {
    return new OwnContainerd(folder, folder, socket(), LabImages.PAUSE, binDir, confDir, false);
  }
}
