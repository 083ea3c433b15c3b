package dev.patchbay.linux.libc;

import java.io.IOException;
import java.util.Optional;

/** The kernel refused something: what was being done, its error number, and its own words. */
public final class KernelException extends IOException {
  private final String doing;
  private final Errno errno;
  private final String extAck;

  /** A refusal without extended acknowledgement, as system calls give it. */
  public KernelException(String doing, Errno errno) {
    this(doing, errno, "");
  }

  /** A refusal with the kernel's extended acknowledgement text; empty when it gave none. */
  public KernelException(String doing, Errno errno, String extAck) {
    super(doing + ": " + errno + (extAck.isEmpty() ? "" : ": " + extAck));
    this.doing = doing;
    this.errno = errno;
    this.extAck = extAck;
  }

  /** What was being done, such as {@code add veth net1}. */
  public String doing() {
    return doing;
  }

  /** The kernel's error number. */
  public Errno errno() {
    return errno;
  }

  /** The text of the extended acknowledgement, where the kernel gave one. */
  public Optional<String> extAck() {
    return extAck.isEmpty() ? Optional.empty() : Optional.of(extAck);
  }
}
