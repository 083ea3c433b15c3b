package dev.patchbay.vm.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.vm.qemu.QemuCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The start of one machine: written down before QEMU is there, so that no crash loses it.
 *
 * @param folder where its things are
 * @param order what it is started with
 */
record MachineStart(MachineFolder folder, MachineOrder order) {
  private static final int LONGEST_WORDS = 600;
  private static final int POLL_MILLIS = 5;
  private static final int KILL_SECONDS = 10;

  /** Makes the connection to a process that was started. */
  interface Connecting {
    Machine connect(MachineRecord record, Process child) throws IOException;
  }

  Machine begin(Connecting connecting) throws IOException {
    folder.clearSockets();
    Files.deleteIfExists(folder.log());
    List<String> command = QemuCommand.of(order.qemu(), order.machine());
    MachineRecord asked = asked(command);
    folder.write(asked);
    List<String> argv = new ArrayList<>(order.launcher());
    argv.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(argv)
            .directory(Path.of("/").toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.log().toFile()));
    builder.environment().keySet().retainAll(List.of("PATH"));
    Process child = builder.start();
    try {
      MachineRecord started = asked.of(identity(child));
      folder.write(started);
      awaitMonitor(child);
      return connecting.connect(started, child);
    } catch (IOException | RuntimeException e) {
      String why = child.isAlive() ? String.valueOf(e.getMessage()) : ended(child);
      child.destroyForcibly();
      awaitGone(child);
      throw new IOException(why, e);
    }
  }

  private MachineRecord asked(List<String> command) throws IOException {
    int starts = folder.read().map(before -> before.starts() + 1).orElse(0);
    return new MachineRecord(
        command,
        order.machine().ports(),
        0,
        0,
        ProcessIdentity.thisBoot(),
        Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
        starts,
        order.notes());
  }

  /** Throws IOException when it has ended already. */
  static ProcessIdentity identity(Process child) throws IOException {
    return ProcessIdentity.of(child.pid())
        .orElseThrow(() -> new IOException("QEMU has ended at once"));
  }

  private void awaitMonitor(Process child) throws IOException {
    long until = System.nanoTime() + order.patience().toNanos();
    while (!Files.exists(order.machine().monitor())) {
      if (System.nanoTime() > until) {
        throw new IOException(
            "QEMU made no monitor within "
                + order.patience().toSeconds()
                + " s; is the machine overloaded?");
      }
      try {
        if (child.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new IOException("QEMU has ended at once");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while QEMU starts", e);
      }
    }
  }

  private static void awaitGone(Process child) {
    try {
      child.waitFor(KILL_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private String ended(Process child) {
    String said = lastWords(folder.log());
    return "QEMU ended with exit code "
        + child.exitValue()
        + (said.isEmpty() ? " and said nothing" : ": " + said);
  }

  /** The end of what QEMU said, on one line. */
  static String lastWords(Path log) {
    try {
      byte[] all = Files.exists(log) ? Files.readAllBytes(log) : new byte[0];
      int from = Math.max(0, all.length - LONGEST_WORDS);
      return new String(all, from, all.length - from, UTF_8)
          .strip()
          .replaceAll("\\s*\\R\\s*", "; ")
          .replaceAll("\\p{Cntrl}", "");
    } catch (IOException e) {
      return "its log cannot be read: " + e.getMessage();
    }
  }
}
