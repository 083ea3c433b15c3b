package dev.patchbay.cni.libcni;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One process from start to end: feeds it, reads both its outputs, and kills it when it must. */
final class ProcessRun {
  /** How a process ended. */
  sealed interface End {
    /** By itself. */
    record Exited(int code, String stdout, String stderr) implements End {}

    /** By us: its time was over. */
    record TimedOut(String stderr) implements End {}

    /** By us: it printed more than it may. */
    record TooMuch() implements End {}
  }

  /** Less than a pipe always takes without a reader. */
  private static final int INLINE_STDIN = 4096;

  /** How long output may still come when the process is gone but a child of it holds the pipe. */
  private static final Duration DRAIN = Duration.ofSeconds(1);

  private final Process process;
  private final Output stdout;
  private final Lines stderr;

  private ProcessRun(Process process, int maxStdout, Consumer<String> log) {
    this.process = process;
    this.stdout = new Output(maxStdout);
    this.stderr = new Lines(log);
  }

  /**
   * Runs a program with exactly that environment.
   *
   * @throws IOException when it could not be started
   * @throws InterruptedException when the calling thread was interrupted; the process is dead by
   *     then
   */
  static End run(
      List<String> program,
      Map<String, String> environment,
      byte[] stdin,
      Duration time,
      int maxStdout,
      Consumer<String> log)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(program);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new ProcessRun(builder.start(), maxStdout, log).attend(stdin, time);
  }

  private End attend(byte[] stdin, Duration time) throws InterruptedException {
    Thread out = reader("stdout", process.getInputStream(), stdout);
    Thread err = reader("stderr", process.getErrorStream(), stderr);
    feed(stdin);
    try {
      if (!process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS)) {
        end();
        err.join(DRAIN);
        return new End.TimedOut(stderr.text());
      }
      out.join(DRAIN);
      err.join(DRAIN);
    } catch (InterruptedException e) {
      end();
      throw e;
    }
    return stdout.isTooMuch()
        ? new End.TooMuch()
        : new End.Exited(process.exitValue(), stdout.text(), stderr.text());
  }

  private void feed(byte[] stdin) {
    if (stdin.length <= INLINE_STDIN) {
      write(stdin);
    } else {
      thread("stdin", () -> write(stdin));
    }
  }

  private void write(byte[] stdin) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(stdin);
    } catch (IOException _) {
      return; // it does not read its stdin, and need not: VERSION for example
    }
  }

  private Thread reader(String name, InputStream in, Sink sink) {
    return thread(
        name,
        () -> {
          byte[] chunk = new byte[8192];
          try (in) {
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
              if (!sink.take(chunk, length)) {
                kill(process.toHandle());
                return;
              }
            }
            sink.end();
          } catch (IOException _) {
            sink.end(); // the pipe was closed under us because the process was killed
          }
        });
  }

  // Platform threads: a read from a pipe would hold a virtual thread's carrier all the time.
  private Thread thread(String name, Runnable work) {
    return Thread.ofPlatform().daemon().name(name + " of " + process.pid()).start(work);
  }

  private void end() {
    kill(process.toHandle());
    process.onExit().completeOnTimeout(process, DRAIN.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  // Parents before children, so that a killed child cannot make a shell go on to its next command.
  private static void kill(ProcessHandle process) {
    List<ProcessHandle> children = process.children().toList();
    process.destroyForcibly();
    children.forEach(ProcessRun::kill);
  }

  private interface Sink {
    /** Takes a piece; false when it is too much. */
    boolean take(byte[] chunk, int length);

    /** No more comes. */
    void end();
  }

  private static final class Output implements Sink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int max;

    Output(int max) {
      this.max = max;
    }

    @Override
    public synchronized boolean take(byte[] chunk, int length) {
      bytes.write(chunk, 0, Math.min(length, max + 1 - bytes.size()));
      return bytes.size() <= max;
    }

    @Override
    public void end() {}

    synchronized boolean isTooMuch() {
      return bytes.size() > max;
    }

    synchronized String text() {
      return bytes.toString(UTF_8);
    }
  }

  /** Hands on whole lines and remembers the last of the text, where the reason usually is. */
  private static final class Lines implements Sink {
    private static final int REMEMBERED = 16 << 10;
    private static final int LONGEST_LINE = 8 << 10;

    private final Consumer<String> log;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder text = new StringBuilder();

    Lines(Consumer<String> log) {
      this.log = log;
    }

    @Override
    public synchronized boolean take(byte[] chunk, int length) {
      for (int i = 0; i < length; i++) {
        if (chunk[i] != '\n') {
          line.write(chunk[i]);
        }
        if (chunk[i] == '\n' || line.size() >= LONGEST_LINE) {
          flush();
        }
      }
      return true;
    }

    @Override
    public synchronized void end() {
      if (line.size() > 0) {
        flush();
      }
    }

    synchronized String text() {
      return (text + line.toString(UTF_8)).strip();
    }

    private void flush() {
      String whole = line.toString(UTF_8);
      line.reset();
      log.accept(whole);
      text.append(whole).append('\n');
      if (text.length() > REMEMBERED) {
        text.delete(0, text.length() - REMEMBERED);
      }
    }
  }
}
