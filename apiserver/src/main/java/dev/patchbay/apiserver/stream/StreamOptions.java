package dev.patchbay.apiserver.stream;

/** Which streams of a process the client wants; a terminal has no stderr of its own. */
public record StreamOptions(boolean stdin, boolean stdout, boolean stderr, boolean tty) {
  public StreamOptions {
    stderr = stderr && !tty;
    if (!stdin && !stdout && !stderr) {
      throw new IllegalArgumentException("you must specify at least 1 of stdin, stdout, stderr");
    }
  }
}
