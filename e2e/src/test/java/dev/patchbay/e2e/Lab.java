package dev.patchbay.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A private folder and a private network namespace that plays the host. Closing undoes, last first,
 * everything that was registered, also after failures; what could not be undone is reported.
 */
public final class Lab implements AutoCloseable {
  private static final AtomicInteger SERIAL = new AtomicInteger();

  private final String name;
  private final Path folder;
  private final Deque<Undo> undos = new ArrayDeque<>();

  private record Undo(String what, Step step) {}

  /** One thing to do at the end. */
  @FunctionalInterface
  public interface Step {
    void run() throws Exception;
  }

  private Lab(String name, Path folder) {
    this.name = name;
    this.folder = folder;
  }

  /** Makes the folder and the namespace; skips (or fails, see {@link #require}) without root. */
  public static Lab create() {
    require(
        "root".equals(System.getProperty("user.name")),
        "a lab makes network namespaces: run as root");
    String name = "pblab-" + ProcessHandle.current().pid() + "-" + SERIAL.incrementAndGet();
    try {
      Lab lab = new Lab(name, Files.createDirectory(Path.of("/tmp", name)));
      lab.onClose("the lab folder", () -> deleteTree(lab.folder));
      lab.onClose("the logs", lab::keepLogs);
      lab.onClose("the mounts in the lab folder", lab::unmountAll);
      lab.onClose("the lab's cgroups", lab::removeCgroups);
      Command.of("ip", "netns", "add", name).output();
      lab.onClose("the host namespace", () -> Command.of("ip", "netns", "delete", name).output());
      lab.inHost("ip", "link", "set", "lo", "up").output();
      return lab;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the lab folder", e);
    }
  }

  /**
   * Fails under {@code -Dpatchbay.lab.required=true}, else skips the test, when not {@code met}.
   */
  public static void require(boolean met, String why) {
    if (!met && Boolean.getBoolean("patchbay.lab.required")) {
      throw new AssertionError("the lab is required, but: " + why);
    }
    Assumptions.assumeTrue(met, why);
  }

  /** The repository's root folder. */
  public static Path root() {
    return Path.of(System.getProperty("patchbay.root", "..")).toAbsolutePath().normalize();
  }

  public String name() {
    return name;
  }

  public Path folder() {
    return folder;
  }

  /** The path of the namespace that plays the host. */
  public Path netns() {
    return Path.of("/run/netns", name);
  }

  /** A command inside the host namespace, in the mounts of this process. */
  public Command inHost(String... argv) {
    List<String> all = new ArrayList<>(List.of("nsenter", "--net=" + netns(), "--"));
    all.addAll(List.of(argv));
    return Command.of(all);
  }

  /** Makes a fresh namespace that plays a pod and ends with the lab; its path. */
  public Path podNetns(String suffix) {
    String pod = name + "-" + suffix;
    Command.of("ip", "netns", "add", pod).output();
    onClose("the namespace " + pod, () -> Command.of("ip", "netns", "delete", pod).output());
    return Path.of("/run/netns", pod);
  }

  /** A folder of that name in the lab's, made when absent. */
  public Path dir(String first, String... more) {
    try {
      return Files.createDirectories(folder.resolve(Path.of(first, more)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file at once: a reader sees the old text, the new one, or no file, never a part. */
  public Path write(Path file, String text) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
      Files.writeString(fresh, text, UTF_8);
      return Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** Runs {@code step} at the end, before everything that was registered earlier. */
  public void onClose(String what, Step step) {
    undos.push(new Undo(what, step));
  }

  @Override
  public void close() {
    AssertionError failed = new AssertionError(name + " was not taken down whole");
    while (!undos.isEmpty()) {
      Undo undo = undos.pop();
      try {
        undo.step().run();
      } catch (Exception | AssertionError e) {
        failed.addSuppressed(new IllegalStateException("cannot undo " + undo.what(), e));
      }
    }
    if (failed.getSuppressed().length > 0) {
      throw failed;
    }
  }

  /** The logs of daemons outlive the lab, in {@code e2e/target/labs}. */
  private void keepLogs() throws IOException {
    Path kept = root().resolve("e2e/target/labs").resolve(name);
    List<Path> logs;
    try (Stream<Path> all = Files.walk(folder, 2)) {
      logs = all.filter(path -> path.toString().endsWith(".log")).toList();
    }
    for (Path log : logs) {
      Files.createDirectories(kept);
      Files.copy(log, kept.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void unmountAll() throws IOException {
    List<String> points =
        Files.readAllLines(Path.of("/proc/self/mounts")).stream()
            .map(line -> line.split(" ", -1)[1])
            .filter(point -> point.startsWith(folder + "/"))
            .toList();
    for (String point : points.reversed()) {
      Command.of("umount", point).output();
    }
  }

  private void removeCgroups() throws IOException {
    List<Path> ours;
    try (Stream<Path> all = Files.walk(Path.of("/sys/fs/cgroup"), 2)) {
      ours = all.filter(path -> path.getFileName().toString().equals(name)).toList();
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
}
