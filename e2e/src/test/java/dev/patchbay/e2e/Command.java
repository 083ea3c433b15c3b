package dev.patchbay.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A command to run: a list of arguments (never a line for a shell), its standard input, what it
 * adds to the environment, and a time limit after which it and its children are killed.
 */
public record Command(List<String> argv, Map<String, String> env, String input, Duration limit) {
  public static Command of(String... argv) {
    return new Command(List.of(argv), Map.of(), "", Duration.ofSeconds(60));
  }

  public static Command of(List<String> argv) {
    return new Command(List.copyOf(argv), Map.of(), "", Duration.ofSeconds(60));
  }

  public Command with(Map<String, String> more) {
    Map<String, String> both = new LinkedHashMap<>(env);
    both.putAll(more);
    return new Command(argv, Map.copyOf(both), input, limit);
  }

  public Command reading(String stdin) {
    return new Command(argv, env, stdin, limit);
  }

  public Command within(Duration time) {
    return new Command(argv, env, input, time);
  }

  /** Runs it to its end; an {@link AssertionError} when it took longer than its limit. */
  public Ran run() {
    try {
      Process process = builder().start();
      CompletableFuture<String> out = read(process.getInputStream());
      CompletableFuture<String> err = read(process.getErrorStream());
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(UTF_8));
      } catch (IOException _) {
        // A command that ends without reading its input closes the pipe; its exit code tells.
      }
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new AssertionError(
            "%s did not end within %s; stderr: %s"
                .formatted(argv, limit, err.completeOnTimeout("?", 1, TimeUnit.SECONDS).join()));
      }
      return new Ran(argv, process.exitValue(), out.join(), err.join());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + argv, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + argv, e);
    }
  }

  /** Runs it and returns its standard output; an {@link AssertionError} unless it exits 0. */
  public String output() {
    return run().orFail().stdout();
  }

  /** Starts it in the background without input; both its outputs go to the end of {@code log}. */
  public Process start(Path log) {
    return start(Path.of("/dev/null"), log);
  }

  /** Starts it in the background; both its outputs go to the end of {@code log}. */
  public Process start(Path stdin, Path log) {
    try {
      return builder()
          .redirectInput(stdin.toFile())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + argv, e);
    }
  }

  private ProcessBuilder builder() {
    ProcessBuilder builder = new ProcessBuilder(argv);
    builder.environment().putAll(env);
    return builder;
  }

  private static CompletableFuture<String> read(InputStream stream) {
    CompletableFuture<String> text = new CompletableFuture<>();
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
}
