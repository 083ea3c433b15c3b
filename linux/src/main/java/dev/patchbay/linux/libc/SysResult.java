package dev.patchbay.linux.libc;

/**
 * What a system call returned: a value, or -1 and why.
 *
 * @param value the call's return value, meaningful when {@code errno} is none
 * @param errno none on success
 */
public record SysResult(long value, Errno errno) {
  /** Whether the call succeeded. */
  public boolean ok() {
    return errno.isNone();
  }

  /** The value, or a KernelException that says what was being done. */
  public long orThrow(String doing) throws KernelException {
    if (!ok()) {
      throw new KernelException(doing, errno);
    }
    return value;
  }
}
