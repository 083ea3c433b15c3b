package dev.patchbay.vm.machine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A process that is not mistaken for another one: its number may be given to somebody else once it
 * has ended, its number together with the time of its start never is, within one boot.
 *
 * @param pid its number
 * @param startTicks clock ticks after the boot at which it began, proc(5)
 * @param boot the boot's name
 */
public record ProcessIdentity(long pid, long startTicks, String boot) {
  private static final Path PROC = Path.of("/proc");
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** Behind the name in parentheses: state is field 3 of proc(5), starttime field 22. */
  private static final int STATE = 0;

  private static final int START_TIME = 19;
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration POLL = Duration.ofMillis(10);

  /** The process of that number as it is now; empty when there is none, or only its exit status. */
  public static Optional<ProcessIdentity> of(long pid) {
    try {
      String stat = Files.readString(PROC.resolve(pid + "/stat"), ISO_8859_1);
      List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
      String state = fields.get(STATE);
      return state.equals("Z") || state.equals("X")
          ? Optional.empty()
          : Optional.of(
              new ProcessIdentity(pid, Long.parseLong(fields.get(START_TIME)), thisBoot()));
    } catch (IOException _) {
      return Optional.empty(); // it has ended, maybe while it was read
    }
  }

  /** The process that was started with exactly these words; empty when there is none. */
  public static Optional<ProcessIdentity> running(List<String> argv) throws IOException {
    String words = String.join("\0", argv) + "\0";
    try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path one : all) {
        if (commandLine(one).equals(words)) {
          return of(Long.parseLong(one.getFileName().toString()));
        }
      }
    }
    return Optional.empty();
  }

  private static String commandLine(Path process) {
    try {
      return new String(Files.readAllBytes(process.resolve("cmdline")), ISO_8859_1);
    } catch (IOException _) {
      return ""; // it has ended
    }
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return of(pid).filter(this::equals).isPresent();
  }

  /** Ends it for certain (SIGKILL); somebody else who has its number now is left alone. */
  public void kill() {
    if (isAlive()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  /** Ends it likewise and waits until it has; throws IOException when it does not. */
  void end() throws IOException {
    kill();
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (isAlive()) {
      if (System.nanoTime() > until) {
        throw new IOException(
            "process %d does not end, not even by SIGKILL; /proc/%d/stack tells where it hangs"
                .formatted(pid, pid));
      }
      try {
        Thread.sleep(POLL);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while process " + pid + " ends", e);
      }
    }
  }

  /** The name of this boot. */
  static String thisBoot() throws IOException {
    return Files.readString(BOOT_ID).strip();
  }
}
