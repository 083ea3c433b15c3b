package dev.patchbay.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An agent of the distribution with folder, socket and journal of its own. */
final class AgentProcess implements AutoCloseable {
  /** How {@link #descriptors} names the namespace that the agent itself is in. */
  static final String HOME = "its own network namespace";

  private static final long START_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Process process;
  private final Path folder;
  private final long socketNanos;
  private final long readyNanos;

  private AgentProcess(Process process, Path folder, long socketNanos, long readyNanos) {
    this.process = process;
    this.folder = folder;
    this.socketNanos = socketNanos;
    this.readyNanos = readyNanos;
  }

  /** Starts one in a new folder and returns when it is ready for ADDs. */
  static AgentProcess start(Path dist, Path folder) {
    try {
      Files.createDirectories(folder);
      Path conf =
          Files.writeString(
              folder.resolve("agent.yaml"),
              """
              socket: %1$s/agent.sock
              stateDir: %1$s/state
              spool: %1$s/spool
              binDir: %2$s/cni
              """
                  .formatted(folder, dist));
      long start = System.nanoTime();
      Process process =
          new ProcessBuilder(
                  dist.resolve("bin/patchbay").toString(), "agent", "--config", conf.toString())
              .redirectOutput(folder.resolve("jvm.log").toFile())
              .start();
      long socket = awaitSocket(folder.resolve("agent.sock"), start) - start;
      long ready = awaitReady(process, folder) - start;
      return new AgentProcess(process, folder, socket, ready);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long awaitSocket(Path socket, long start) {
    while (System.nanoTime() - start < START_LIMIT_NANOS) {
      if (Files.exists(socket)) {
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
          return System.nanoTime();
        } catch (IOException _) {
          Thread.onSpinWait(); // bound, but not listening yet
        }
      }
      pause();
    }
    throw new IllegalStateException("the agent did not open " + socket);
  }

  private static void pause() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads its log to the line {@code ready}; the rest goes on into a file. */
  private static long awaitReady(Process process, Path folder) throws IOException {
    BufferedReader log = process.errorReader();
    var seen = new StringBuilder();
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      if (line.equals("ready")) {
        long at = System.nanoTime();
        Thread.ofVirtual().start(() -> keep(log, folder.resolve("agent.log")));
        return at;
      }
      seen.append(line).append('\n');
    }
    throw new IllegalStateException("the agent did not become ready:\n" + seen);
  }

  private static void keep(BufferedReader log, Path file) {
    try (var out = Files.newBufferedWriter(file)) {
      for (String line = log.readLine(); line != null; line = log.readLine()) {
        out.write(line);
        out.newLine();
        out.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Side.Patchbay side(Path dist, Path leases) {
    return new Side.Patchbay(
        dist.resolve("cni"), folder.resolve("agent.sock"), folder.resolve("spool"), leases);
  }

  Path journal() {
    return folder.resolve("state/journal.db");
  }

  /** Returns when the agent has rehearsed, as one has that has been there for a while. */
  AgentProcess rehearsed() {
    long deadline = System.nanoTime() + START_LIMIT_NANOS;
    while (System.nanoTime() < deadline) {
      try {
        if (Files.readString(folder.resolve("agent.log")).contains("Patchbay: rehearsed")) {
          return this;
        }
      } catch (NoSuchFileException _) {
        Thread.onSpinWait(); // no line since "ready"
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      pause();
    }
    throw new IllegalStateException("the agent did not rehearse: see " + folder + "/agent.log");
  }

  /** From exec to the first connection. */
  long socketNanos() {
    return socketNanos;
  }

  /** From exec to the word "ready". */
  long readyNanos() {
    return readyNanos;
  }

  /** Resident memory in MiB. */
  double rss() {
    try (Stream<String> status = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return status
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .sum()
          / 1024.0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What it has open, as the kernel names it, without numbers; each socket in a pod's namespace
   * keeps that namespace alive.
   */
  List<String> descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      String home = target(Path.of("/proc/" + process.pid() + "/ns/net")).orElse("");
      return open.map(AgentProcess::target)
          .flatMap(Optional::stream)
          .map(target -> target.equals(home) ? HOME : target.replaceAll("\\d+", "N"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> target(Path descriptor) {
    try {
      return Optional.of(Files.readSymbolicLink(descriptor).toString());
    } catch (IOException _) {
      return Optional.empty(); // closed meanwhile
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
