package dev.patchbay.ipam;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The lock that host-local takes while it looks at or changes a network's folder: an exclusive
 * flock(2) on the file {@code lock} in that folder, opened {@code O_RDONLY|O_CREAT}, mode 0750, and
 * never deleted. Java's own file locks are fcntl(2) locks, which do not exclude it.
 */
@FunctionalInterface
public interface DirectoryLock {
  /** The name of the file that host-local locks, below the network's folder. */
  String FILE = "lock";

  /**
   * Waits until nobody else has the folder, for a bounded time; closing gives it back and, as the
   * kernel drops the lock with its descriptor, never fails.
   *
   * @param folder an existing folder, absolute
   * @throws IOException naming the path, when the lock file cannot be opened or the wait was too
   *     long
   */
  Closeable lock(Path folder) throws IOException;
}
