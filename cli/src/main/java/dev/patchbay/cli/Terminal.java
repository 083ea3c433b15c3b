package dev.patchbay.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The person's keyboard and screen, as bytes.
 *
 * @param keys what is typed
 * @param screen what is shown
 */
record Terminal(InputStream keys, OutputStream screen) {
  /** This process's own. */
  static Terminal own() {
    return new Terminal(
        new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out));
  }

  /**
   * Makes the terminal pass every key on at once and show none itself, until the process ends or
   * what is returned is run; empty where standard input is no terminal. By stty(1), since Java has
   * no call for it.
   */
  static Optional<Runnable> raw() {
    Optional<String> before = stty("-g");
    if (before.isEmpty() || stty("raw", "-echo").isEmpty()) {
      return Optional.empty();
    }
    var restore = Thread.ofPlatform().unstarted(() -> stty(before.get()));
    Runtime.getRuntime().addShutdownHook(restore);
    return Optional.of(() -> stty(before.get()));
  }

  /** What it printed; empty when it refused. */
  private static Optional<String> stty(String... arguments) {
    List<String> command = new ArrayList<>(List.of("stty"));
    command.addAll(List.of(arguments));
    try {
      Process stty =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(stty.getInputStream().readAllBytes(), US_ASCII).strip();
      return stty.waitFor() == 0 ? Optional.of(said) : Optional.empty();
    } catch (IOException _) {
      return Optional.empty(); // no such program: as where there is no terminal
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
