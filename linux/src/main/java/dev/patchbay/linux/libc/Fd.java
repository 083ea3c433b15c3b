package dev.patchbay.linux.libc;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file descriptor that we own and close exactly once. Closing while another thread is inside a
 * call on it is the caller's fault: the number may be given to a new file at once.
 */
public final class Fd implements AutoCloseable {
  private static final int CLOSED = -1;

  private final AtomicInteger number;

  private Fd(int number) {
    this.number = new AtomicInteger(number);
  }

  /** Takes over what a call such as {@code open(2)} returned, or throws what it refused. */
  public static Fd owning(SysResult opened, String doing) throws KernelException {
    return new Fd((int) opened.orThrow(doing));
  }

  /** The descriptor; throws IllegalStateException once closed. */
  public int number() {
    int fd = number.get();
    if (fd == CLOSED) {
      throw new IllegalStateException("the descriptor is closed already");
    }
    return fd;
  }

  @Override
  public void close() {
    int fd = number.getAndSet(CLOSED);
    if (fd != CLOSED) {
      // Linux frees the number whatever close(2) answers, so there is nothing to retry or report.
      Libc.close(fd);
    }
  }
}
