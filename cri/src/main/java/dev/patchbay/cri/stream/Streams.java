package dev.patchbay.cri.stream;

/** Which streams of a process are wanted; a terminal has no stderr of its own. */
public record Streams(boolean stdin, boolean stdout, boolean stderr, boolean tty) {
  public Streams {
    stderr = stderr && !tty;
    if (!stdin && !stdout && !stderr) {
      throw new IllegalArgumentException("none of stdin, stdout and stderr is wanted");
    }
  }
}
