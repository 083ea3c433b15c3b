package dev.patchbay.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A kubectl in a terminal of its own, which somebody types at. What is typed is a line of a shell;
 * what it prints is found between two marks that the line's echo does not contain.
 */
final class KubectlTerminal implements AutoCloseable {
  private static final String DETACH = "\u001d";

  private static final Duration ANSWER = Duration.ofSeconds(3);

  /** One count for all: a terminal that attaches is shown what others have typed before. */
  private static final AtomicInteger LINES = new AtomicInteger();

  private final Process process;
  private final AtomicReference<String> said = new AtomicReference<>("");

  private KubectlTerminal(Process process) {
    this.process = process;
  }

  static KubectlTerminal start(StandaloneLab host, String... words) {
    Command kubectl = host.kubectl(words);
    List<String> quoted = kubectl.argv().stream().map(word -> "'" + word + "'").toList();
    List<String> argv = new ArrayList<>(List.of("script", "-qefc"));
    argv.add("stty cols 200 rows 50; exec " + String.join(" ", quoted));
    argv.add("/dev/null");
    ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
    builder.environment().putAll(kubectl.env());
    try {
      KubectlTerminal terminal = new KubectlTerminal(builder.start());
      Thread.ofVirtual().start(terminal::listen);
      return terminal;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until a shell answers; keys typed before it has started are lost. */
  KubectlTerminal shell() {
    String answer = "rea" + "dy";
    long deadline = System.nanoTime() + VmLab.GUEST.toNanos();
    while (System.nanoTime() < deadline) {
      int before = said.get().length();
      type("\necho rea''dy\n");
      String now =
          Await.settled(ANSWER, said::get, text -> text.substring(before).contains("\n" + answer));
      if (now.substring(before).contains("\n" + answer)) {
        return this;
      }
    }
    throw new AssertionError("no shell answers: " + said.get());
  }

  /** All that it has said. */
  String said() {
    return said.get();
  }

  /** Types a line and returns what it printed. */
  String run(String line) {
    String mark = "m" + LINES.incrementAndGet() + "k";
    // broken in two, so that the echo of the line is not taken for what it prints
    String begin = mark + "''b";
    String end = mark + "''e";
    type("echo " + begin + "; " + line + " 2>&1; echo " + end + "\n");
    String from = mark + "b";
    String to = mark + "e";
    String all =
        Await.settled(VmLab.GUEST, said::get, text -> text.contains(from) && text.contains(to));
    if (!all.contains(from) || !all.contains(to)) {
      throw new AssertionError("\"" + line + "\" did not come to an end: " + all);
    }
    int at = all.indexOf(from) + from.length();
    return all.substring(at, all.indexOf(to, at)).replace("\r", "").strip();
  }

  /** Runs the line again until its output is as wanted; the last output. */
  String until(String line, java.util.function.Predicate<String> wanted) {
    String seen = Await.settled(VmLab.GUEST, () -> run(line), wanted);
    if (!wanted.test(seen)) {
      throw new AssertionError("\"" + line + "\" keeps printing: " + seen);
    }
    return seen;
  }

  void type(String keys) {
    try {
      OutputStream stdin = process.getOutputStream();
      stdin.write(keys.getBytes(UTF_8));
      stdin.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("kubectl takes no keys; it said: " + said.get(), e);
    }
  }

  /** Types the detach key; whether kubectl ends then. */
  boolean detach() {
    type(DETACH);
    try {
      return process.waitFor(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void listen() {
    byte[] chunk = new byte[4096];
    try (InputStream in = process.getInputStream()) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        String text = new String(chunk, 0, read, UTF_8);
        said.accumulateAndGet(text, String::concat);
      }
    } catch (IOException e) {
      said.accumulateAndGet("(the terminal ended: " + e + ")", String::concat);
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
