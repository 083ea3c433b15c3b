package dev.patchbay.apiserver.store;

/** The file cannot be read or written; the message names it and what to do. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A failure with its cause. */
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A failure of its own. */
  public StoreException(String message) {
    super(message);
  }
}
