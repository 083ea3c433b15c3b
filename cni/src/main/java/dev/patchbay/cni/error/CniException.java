package dev.patchbay.cni.error;

/** Input or a request that is refused at the edge, with the error to answer. */
public final class CniException extends RuntimeException {
  private final CniError error;

  /** Refuses with that error. */
  public CniException(CniError error) {
    super(error.toString());
    this.error = error;
  }

  /** Refuses with that error, because of something that was caught. */
  public CniException(CniError error, Throwable cause) {
    super(error.toString(), cause);
    this.error = error;
  }

  /** Refuses with a code and one line. */
  public static CniException of(int code, String msg) {
    return new CniException(CniError.of(code, msg));
  }

  /** What to answer. */
  public CniError error() {
    return error;
  }
}
