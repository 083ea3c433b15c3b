package dev.patchbay.linux.libc;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * An exclusive {@code flock(2)}, as the reference plugins take it; it also excludes other holders
 * within this process. Java's own FileChannel.lock is fcntl(2) and does neither.
 */
public final class FileLock implements AutoCloseable {
  private static final int O_CREAT_CLOEXEC = 0100 | 02000000; // asm-generic/fcntl.h
  private static final int O_CLOEXEC = 02000000;
  private static final int OWNER_ONLY = 0600;
  private static final int LOCK_EX_NB = 2 | 4;
  private static final long FIRST_PAUSE = 200_000;
  private static final long LONGEST_PAUSE = 10_000_000;

  private final Fd fd;

  private FileLock(Fd fd) {
    this.fd = fd;
  }

  /**
   * Locks a folder, or a file, which is made when missing.
   *
   * @throws KernelException EAGAIN when somebody else held it for all of the limit
   * @throws InterruptedIOException when the thread was interrupted while it waited
   */
  public static FileLock acquire(Path path, Duration limit) throws IOException {
    int flags = Files.isDirectory(path) ? O_CLOEXEC : O_CREAT_CLOEXEC;
    Fd fd = Fd.owning(Libc.open(path.toString(), flags, OWNER_ONLY), "open " + path);
    try {
      await(fd, path, limit);
      return new FileLock(fd);
    } catch (IOException | RuntimeException e) {
      fd.close();
      throw e;
    }
  }

  /** Tries again and again: a blocking flock(2) would pin a virtual thread's carrier. */
  private static void await(Fd fd, Path path, Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    long pause = FIRST_PAUSE;
    while (true) {
      SysResult locked = Libc.flock(fd.number(), LOCK_EX_NB);
      boolean held = locked.errno().equals(Errno.EAGAIN) || locked.errno().equals(Errno.EINTR);
      if (!held || System.nanoTime() - deadline >= 0) {
        locked.orThrow("lock " + path + " within " + limit);
        return;
      }
      LockSupport.parkNanos(pause);
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while waiting for the lock of " + path);
      }
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }

  /** Unlocks; the file stays, as others may be waiting for it. */
  @Override
  public void close() {
    fd.close();
  }
}
