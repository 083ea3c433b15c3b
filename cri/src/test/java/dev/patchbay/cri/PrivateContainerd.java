package dev.patchbay.cri;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.json.JsonMapper;

/**
 * A containerd of the tests' own in a private folder, beside any other. Its pods use the host's
 * network, so that no CNI plugin is called.
 */
public final class PrivateContainerd implements AutoCloseable {
  /** The image that it has: busybox, whose entrypoint waits. */
  public static final String IMAGE = "localhost/busybox:test";

  private static final AtomicInteger SERIAL = new AtomicInteger();
  private static final Path BUSYBOX = Path.of("/bin/busybox");

  private final String name;
  private final Path folder;
  private final CriClient client;
  private Process process;

  private PrivateContainerd(String name, Path folder) throws IOException {
    this.name = name;
    this.folder = folder;
    Files.writeString(folder.resolve("config.toml"), own().toml());
    this.client = CriClient.at(socket());
    this.process = launch();
  }

  /** Starts it with its one image, or skips the test. */
  public static PrivateContainerd start() throws IOException {
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "containerd needs root");
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/containerd")) && Files.isExecutable(BUSYBOX),
        "no containerd or no static busybox: e2e/lab-tools packages");
    String name = "pbcri-%d-%d".formatted(ProcessHandle.current().pid(), SERIAL.incrementAndGet());
    PrivateContainerd started =
        new PrivateContainerd(name, Files.createDirectory(Path.of("/tmp", name)));
    started.importImage();
    return started;
  }

  /** A client of it. */
  public CriClient client() {
    return client;
  }

  /** Where it answers. */
  public Path socket() {
    return folder.resolve("c.sock");
  }

  /** Its folder, which ends with it. */
  public Path folder() {
    return folder;
  }

  /** A pod's sandbox config whose uid is unique. */
  public SandboxConfig pod(String pod) {
    PodIdentity identity = new PodIdentity("default", pod, "uid-" + SERIAL.incrementAndGet());
    return SandboxConfig.of(identity, folder.resolve("logs").resolve(pod))
        .below("/" + name)
        .inHostNetwork();
  }

  /** Runs a pod with that one container; the container's id. */
  public String run(String pod, ContainerConfig container) throws CriException {
    SandboxConfig config = pod(pod);
    String sandbox = client.runSandbox(config);
    String id = client.createContainer(sandbox, config, container);
    client.startContainer(id);
    return id;
  }

  /** Runs a pod whose container waits. */
  public String runWaiting(String pod) throws CriException {
    return run(pod, ContainerConfig.of("main", IMAGE).running("sleep", "3600"));
  }

  /** Kills containerd, not its containers. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Starts it again. */
  public void startAgain() throws IOException {
    process = launch();
  }

  private Process launch() throws IOException {
    Process started =
        new ProcessBuilder(
                "/usr/bin/containerd", "--config", folder.resolve("config.toml").toString())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve("containerd.log").toFile()))
            .start();
    Await.until(
        "containerd answers",
        () -> {
          if (!started.isAlive()) {
            throw new AssertionError("containerd ended:\n" + log());
          }
          try {
            return client
                .runtime()
                .condition(RuntimeStatus.RUNTIME_READY)
                .map(RuntimeCondition::met)
                .orElse(false);
          } catch (CriException _) {
            return false;
          }
        });
    return started;
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("containerd.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void importImage() throws IOException {
    Path image = Files.createDirectories(folder.resolve("image"));
    Path root = Files.createDirectories(image.resolve("root"));
    for (String dir : List.of("bin", "etc", "proc", "sys", "dev", "tmp")) {
      Files.createDirectories(root.resolve(dir));
    }
    Files.copy(BUSYBOX, root.resolve("bin/busybox"));
    command("chmod", "755", root.resolve("bin/busybox").toString());
    for (String tool : List.of("sh", "sleep", "cat", "head", "wc", "stty", "dd", "md5sum", "tar")) {
      Files.createSymbolicLink(root.resolve("bin").resolve(tool), Path.of("busybox"));
    }
    command("tar", "-C", root.toString(), "-cf", image.resolve("layer.tar").toString(), ".");
    String digest = output("sha256sum", image.resolve("layer.tar").toString()).split(" ", 2)[0];
    JsonMapper json = JsonMapper.shared();
    String wait = "trap 'exit 0' TERM INT; while :; do sleep 3600 & wait $!; done";
    json.writeValue(
        image.resolve("config.json").toFile(),
        Map.of(
            "architecture",
            System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64",
            "os",
            "linux",
            "config",
            Map.of("Entrypoint", List.of("/bin/sh", "-c", wait), "Env", List.of("PATH=/bin")),
            "rootfs",
            Map.of("type", "layers", "diff_ids", List.of("sha256:" + digest))));
    json.writeValue(
        image.resolve("manifest.json").toFile(),
        List.of(
            Map.of(
                "Config",
                "config.json",
                "RepoTags",
                List.of(IMAGE),
                "Layers",
                List.of("layer.tar"))));
    Path archive = folder.resolve("image.tar");
    command(
        "tar",
        "-C",
        image.toString(),
        "-cf",
        archive.toString(),
        "config.json",
        "manifest.json",
        "layer.tar");
    command(
        "ctr", "-a", socket().toString(), "-n", "k8s.io", "images", "import", archive.toString());
  }

  private static void command(String... argv) throws IOException {
    output(argv);
  }

  private static String output(String... argv) throws IOException {
    Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.onExit().join().exitValue();
    if (exit != 0) {
      throw new AssertionError("%s exited %d: %s".formatted(List.of(argv), exit, output));
    }
    return output;
  }

  @Override
  public void close() throws IOException {
    if (process.isAlive()) {
      for (Sandbox sandbox : client.sandboxes(Map.of())) {
        client.stopSandbox(sandbox.id());
        client.removeSandbox(sandbox.id());
      }
    }
    client.close();
    process.destroy();
    process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
    process.destroyForcibly().onExit().join();
    own().endShims();
    unmountAll();
    removeCgroups();
    deleteTree(folder);
  }

  private void unmountAll() throws IOException {
    List<String> points =
        Files.readAllLines(Path.of("/proc/self/mounts")).stream()
            .map(line -> line.split(" ", -1)[1])
            .filter(point -> point.startsWith(folder + "/"))
            .toList();
    for (String point : points.reversed()) {
      command("umount", point);
    }
  }

  private void removeCgroups() throws IOException {
    List<Path> ours;
    try (Stream<Path> all = Files.walk(Path.of("/sys/fs/cgroup"), 2)) {
      ours = all.filter(path -> path.endsWith(name)).toList();
    }
    for (Path top : ours) {
      try (Stream<Path> tree = Files.walk(top)) {
        for (Path group :
            tree.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(group);
        }
      }
    }
  }

  private static void deleteTree(Path top) throws IOException {
    List<Path> paths;
    try (Stream<Path> all = Files.walk(top)) {
      paths = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }

  private OwnContainerd own() {
    return new OwnContainerd(
        folder, folder, socket(), IMAGE, folder.resolve("bin"), folder.resolve("net.d"), false);
  }
}
