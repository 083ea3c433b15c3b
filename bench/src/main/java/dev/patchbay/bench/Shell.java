package dev.patchbay.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Commands of the system whose output is looked at. */
final class Shell {
  private Shell() {}

  /** The lines on standard output; a command that fails throws. */
  static List<String> lines(String... command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      List<String> lines = process.inputReader().readAllLines();
      if (process.waitFor() != 0) {
        throw new IllegalStateException(List.of(command) + " failed; its reason is above");
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
