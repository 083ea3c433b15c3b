package dev.patchbay.ipam;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;

/** Excludes the threads of this process, and leaves the lock file behind as host-local does. */
final class InProcessLock implements DirectoryLock {
  private final ConcurrentMap<Path, Semaphore> free = new ConcurrentHashMap<>();

  @Override
  public Closeable lock(Path folder) throws IOException {
    Semaphore semaphore = free.computeIfAbsent(folder, _ -> new Semaphore(1));
    semaphore.acquireUninterruptibly();
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      Files.createFile(file);
    }
    return semaphore::release;
  }
}
