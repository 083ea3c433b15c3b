package dev.patchbay.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A command on a terminal of its own, by script(1), and a person who reads and types. */
final class Terminal implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Process process;

  private final List<String> chunks = new CopyOnWriteArrayList<>();

  private int read;

  private Terminal(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::read);
  }

  /** Starts it. */
  static Terminal of(Command command) {
    String line =
        command.argv().stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    List<String> argv = new ArrayList<>(List.of("script", "-qec", "exec " + line, "/dev/null"));
    ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
    builder.environment().putAll(command.env());
    // script(1) hands its command to this shell, and a prompt is that of a terminal.
    builder.environment().putAll(Map.of("SHELL", "/bin/sh", "TERM", "dumb"));
    try {
      return new Terminal(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    byte[] bytes = new byte[4096];
    try (InputStream in = process.getInputStream()) {
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        chunks.add(new String(bytes, 0, count, UTF_8));
      }
    } catch (IOException _) {
      // the terminal is gone; what was shown is there
    }
  }

  private String shown() {
    return String.join("", chunks);
  }

  /** Types a line. */
  void type(String line) {
    try {
      OutputStream keys = process.getOutputStream();
      keys.write((line + "\r").getBytes(UTF_8));
      keys.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(shown(), e);
    }
  }

  /** Waits until a text is shown that was not waited for before. */
  void expect(String text) {
    int at = Await.settled(PATIENCE, () -> shown().indexOf(text, read), found -> found >= 0);
    if (at < 0) {
      throw new AssertionError("the terminal does not show " + text + " but: " + shown());
    }
    read = at + text.length();
  }

  /** Waits for its end; the command's exit code. */
  int end() {
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("it did not end; it showed: " + shown());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The terminal is closed, as a window is. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().join();
  }
}
