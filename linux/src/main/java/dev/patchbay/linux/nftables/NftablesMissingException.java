package dev.patchbay.linux.nftables;

import dev.patchbay.linux.libc.Errno;
import java.io.IOException;

/** The kernel has no nftables, or not the part of it that is asked for. */
public final class NftablesMissingException extends IOException {
  private final Errno errno;

  NftablesMissingException(String doing, Errno errno, String needs) {
    super(
        doing
            + ": "
            + errno
            + ": this kernel lacks nftables or a part of it; load or build in "
            + needs
            + ", or leave ipMasq off");
    this.errno = errno;
  }

  /** What the kernel answered. */
  public Errno errno() {
    return errno;
  }
}
