package dev.patchbay.linux.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileLockTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @Test
  void aFolderIsHeldByOneOnly() throws Exception {
    try (FileLock _ = FileLock.acquire(folder, LONG)) {
      assertThatThrownBy(() -> FileLock.acquire(folder, Duration.ZERO))
          .isInstanceOfSatisfying(
              KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EAGAIN))
          .hasMessageContaining(folder.toString());
    }
    FileLock.acquire(folder, Duration.ZERO).close();
  }

  @Test
  void aMissingFileIsMadeAndStays() throws Exception {
    Path file = folder.resolve("lock");

    FileLock.acquire(file, LONG).close();

    assertThat(file).exists();
  }

  @Test
  void theNextHolderGetsItWhenTheFirstLetsGo() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      FileLock first = FileLock.acquire(folder, LONG);
      Future<FileLock> second = threads.submit(() -> FileLock.acquire(folder, LONG));
      first.close();

      second.get(30, TimeUnit.SECONDS).close();
    }
  }

  @Test
  void itExcludesOtherProcesses() throws Exception {
    try (FileLock _ = FileLock.acquire(folder, LONG)) {
      Process flock = new ProcessBuilder("flock", "-n", folder.toString(), "true").start();

      assertThat(flock.waitFor()).isEqualTo(1);
    }
  }

  @Test
  void interruptionEndsTheWait() throws Exception {
    try (FileLock _ = FileLock.acquire(folder, LONG)) {
      Thread.currentThread().interrupt();

      assertThatThrownBy(() -> FileLock.acquire(folder, LONG))
          .isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
