package dev.patchbay.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A network namespace that plays a pod.
 *
 * @param name of the namespace, and the container ID
 */
record Pod(String name) {
  private static final Path FOLDER = Path.of("/run/netns");

  /** Makes several. */
  static List<Pod> make(String prefix, int count) {
    List<Pod> pods = IntStream.range(0, count).mapToObj(i -> new Pod(prefix + i)).toList();
    batch("add", pods);
    return pods;
  }

  /** Removes them. */
  static void remove(List<Pod> pods) {
    batch("del", pods);
  }

  private static void batch(String verb, List<Pod> pods) {
    String lines =
        pods.stream()
            .map(pod -> "netns " + verb + " " + pod.name + "\n")
            .collect(Collectors.joining());
    try {
      Process ip =
          new ProcessBuilder("ip", "-batch", "-")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (var stdin = ip.outputWriter()) {
        stdin.write(lines);
      }
      if (ip.waitFor() != 0) {
        throw new IllegalStateException("ip netns " + verb + " failed; its reason is above");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Path netns() {
    return FOLDER.resolve(name);
  }

  String containerId() {
    return name;
  }

  /** How many links it has, loopback among them. */
  long links() {
    return Shell.lines("ip", "-n", name, "-o", "link").size();
  }
}
