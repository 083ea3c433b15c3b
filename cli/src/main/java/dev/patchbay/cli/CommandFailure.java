package dev.patchbay.cli;

/** A command cannot do as asked; the text ends with what to type next. */
final class CommandFailure extends RuntimeException {
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int TIMED_OUT = 3;

  private final int exitCode;
  private final String next;

  /**
   * A failure.
   *
   * @param exitCode of the process
   * @param message what is wrong, naming the value
   * @param next the command to type next; empty when the message says it
   */
  CommandFailure(int exitCode, String message, String next) {
    super(message);
    this.exitCode = exitCode;
    this.next = next;
  }

  /** A failure because of something that was caught. */
  CommandFailure(int exitCode, String message, String next, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
    this.next = next;
  }

  /** The agent's words, whose last line names the next command. */
  static CommandFailure told(int exitCode, String text) {
    String stripped = text.strip();
    int split = stripped.lastIndexOf("\nnext: ");
    return split < 0
        ? new CommandFailure(exitCode, stripped, "")
        : new CommandFailure(
            exitCode,
            stripped.substring(0, split),
            stripped.substring(split + "\nnext: ".length()));
  }

  int exitCode() {
    return exitCode;
  }

  String next() {
    return next;
  }
}
