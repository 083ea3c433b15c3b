package dev.patchbay.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Has calls made by {@code spawn-driver.c}, which keeps the time: what a JVM needs to start a
 * process is in neither side's figures. Serves one caller at a time.
 */
final class SpawnDriver implements AutoCloseable {
  private final Process process;
  private final OutputStream requests;
  private final InputStream answers;

  private SpawnDriver(Process process) {
    this.process = process;
    this.requests = new BufferedOutputStream(process.getOutputStream());
    this.answers = new BufferedInputStream(process.getInputStream());
  }

  static SpawnDriver start(Path program) {
    try {
      return new SpawnDriver(
          new ProcessBuilder(program.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Ended run(List<Call> calls) {
    try {
      send("job " + calls.size() + "\n");
      for (Call call : calls) {
        byte[] stdin = call.stdin().getBytes(UTF_8);
        send(
            "call " + call.program() + " " + call.environment().size() + " " + stdin.length + "\n");
        for (var variable : call.environment().entrySet()) {
          send(variable.getKey() + "=" + variable.getValue() + "\n");
        }
        requests.write(stdin);
      }
      requests.flush();
      return answer(calls.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void send(String text) throws IOException {
    requests.write(text.getBytes(UTF_8));
  }

  private Ended answer(int calls) throws IOException {
    long nanos = Long.parseLong(line().substring("done ".length()));
    List<Ended.Answer> all = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      String[] head = line().split(" ", -1);
      byte[] stdout = answers.readNBytes(Integer.parseInt(head[2]));
      all.add(new Ended.Answer(Integer.parseInt(head[1]), new String(stdout, UTF_8)));
    }
    return new Ended(nanos, all);
  }

  private String line() throws IOException {
    var text = new StringBuilder();
    for (int c = answers.read(); c != '\n'; c = answers.read()) {
      if (c < 0) {
        throw new EOFException("spawn-driver ended; its reason is on standard error");
      }
      text.append((char) c);
    }
    return text.toString();
  }

  /** Closing its input ends it. */
  @Override
  public void close() {
    try {
      requests.close();
      process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
