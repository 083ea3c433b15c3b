package dev.patchbay.vm.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Finds out whether this QEMU and this kernel have the seccomp filter: a QEMU without a machine is
 * started with it and told to quit.
 *
 * @param qemu the executable
 * @param limit how long that may take
 */
public record SandboxProbe(Path qemu, Duration limit) {
  /** Whether they have it. */
  public boolean works() throws IOException {
    List<String> argv =
        List.of(
            qemu.toString(),
            "-M",
            "none",
            "-nodefaults",
            "-no-user-config",
            "-display",
            "none",
            "-monitor",
            "stdio",
            "-sandbox",
            QemuCommand.SANDBOX);
    Process process =
        new ProcessBuilder(argv)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var words = process.getOutputStream()) {
      words.write("quit\n".getBytes(UTF_8));
      words.flush();
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while QEMU's filter is tried", e);
    } catch (IOException _) {
      return false; // it ended before it could be told to
    } finally {
      process.destroyForcibly();
    }
  }
}
