package dev.patchbay.agent.api;

/** What a person asked for cannot be done; says what to type next. */
public final class Refusal extends RuntimeException {
  private final String next;

  /**
   * A refusal.
   *
   * @param message what is wrong, naming the value
   * @param next the command to type next
   */
  public Refusal(String message, String next) {
    super(message);
    this.next = next;
  }

  /** For people: the message, then the next command. */
  public String text() {
    return getMessage() + "\nnext: " + next;
  }
}
