package dev.patchbay.cri.log;

/** Which output of a container a line was written to. */
public enum LogSource {
  /** Standard output, or the terminal. */
  STDOUT,
  /** Standard error. */
  STDERR
}
