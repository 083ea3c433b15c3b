package dev.patchbay.e2e.differential;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A command that has run, perhaps inside a network namespace. */
record Ended(List<String> argv, int exit, String stdout, String stderr) {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Runs a command in the network namespace of that name, with more environment and a stdin. */
  static Ended in(String netns, Map<String, String> environment, String stdin, String... argv) {
    List<String> all = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + netns, "--"));
    all.addAll(List.of(argv));
    return run(all, environment, stdin);
  }

  /** Runs a shell's commands in the network namespace of that name; ends at the first failure. */
  static Ended script(String netns, String commands) {
    return in(netns, Map.of(), "", "sh", "-ec", commands);
  }

  /** Runs a command here. */
  static Ended of(String... argv) {
    return run(List.of(argv), Map.of(), "");
  }

  private static Ended run(List<String> argv, Map<String, String> environment, String stdin) {
    var builder = new ProcessBuilder(argv);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      CompletableFuture<String> out = read(process.getInputStream());
      CompletableFuture<String> err = read(process.getErrorStream());
      try (OutputStream in = process.getOutputStream()) {
        in.write(stdin.getBytes(UTF_8));
      } catch (IOException _) {
        // A command that ends without reading its input closes the pipe; its exit code tells.
      }
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new AssertionError(argv + " did not end within " + LIMIT);
      }
      return new Ended(argv, process.exitValue(), out.join(), err.join());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + argv, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + argv, e);
    }
  }

  private static CompletableFuture<String> read(InputStream stream) {
    var text = new CompletableFuture<String>();
    Thread.ofVirtual()
        .start(() -> {
          try (stream) {
            text.complete(new String(stream.readAllBytes(), UTF_8));
          } catch (IOException e) {
            text.completeExceptionally(e);
          }
        });
    return text;
  }

  /** The same, or an AssertionError that quotes the command when it did not exit 0. */
  Ended orFail() {
    if (exit != 0) {
      throw new AssertionError(
          "%s exited %d%nstdout: %s%nstderr: %s"
              .formatted(String.join(" ", argv), exit, stdout, stderr));
    }
    return this;
  }
}
