package dev.patchbay.e2e;

import java.util.List;

/** What a finished command printed and how it ended. */
public record Ran(List<String> argv, int exit, String stdout, String stderr) {
  /** The same, or an {@link AssertionError} that quotes the command when it did not exit 0. */
  public Ran orFail() {
    if (exit != 0) {
      throw new AssertionError(
          "%s exited %d%nstdout: %s%nstderr: %s"
              .formatted(String.join(" ", argv), exit, stdout, stderr));
    }
    return this;
  }

  /** The lines of the standard output that are not blank. */
  public List<String> lines() {
    return stdout.lines().filter(line -> !line.isBlank()).toList();
  }
}
