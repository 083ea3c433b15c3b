package dev.patchbay.vpc;

/** The store cannot be reached; nothing is known to have been changed. */
public final class StoreAwayException extends RuntimeException {
  /**
   * Says why.
   *
   * @param problem in words
   * @param cause where it comes from
   */
  public StoreAwayException(String problem, Throwable cause) {
    super(problem, cause);
  }
}
