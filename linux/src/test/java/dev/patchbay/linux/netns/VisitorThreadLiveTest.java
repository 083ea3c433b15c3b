package dev.patchbay.linux.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pool of one thread: whatever it does next, it does where it is then. */
final class VisitorThreadLiveTest {
  private ThreadPoolExecutor pool =
      VisitorThread.pool(1, Duration.ofSeconds(5), new LinkedBlockingQueue<>(), "visitor-test-");

  @BeforeEach
  void needsNamespaces() {
    LiveNetns.assumePermitted();
  }

  @AfterEach
  void stop() {
    pool.shutdownNow();
  }

  private <T> T onVisitor(Callable<T> work) throws Exception {
    return pool.submit(work).get();
  }

  private static long ownInode() throws IOException {
    return (long) (Long) Files.getAttribute(Path.of("/proc/thread-self/ns/net"), "unix:ino");
  }

  @Test
  void itGoesInItselfAndComesBack() throws Exception {
    try (NetnsHandle netns = NetnsHandle.create();
        NetnsHandle here = NetnsHandle.current()) {
      Thread visitor = onVisitor(Thread::currentThread);
      assertThat(onVisitor(() -> netns.visit(Thread::currentThread))).isSameAs(visitor);
      assertThat(onVisitor(() -> netns.visit(VisitorThreadLiveTest::ownInode)))
          .isEqualTo(netns.inode());
      assertThat(onVisitor(VisitorThreadLiveTest::ownInode)).isEqualTo(here.inode());
    }
  }

  @Test
  void itComesBackFromWorkThatFails() throws Exception {
    try (NetnsHandle netns = NetnsHandle.create();
        NetnsHandle here = NetnsHandle.current()) {
      IOException failure = new IOException("inside");
      NetnsWork<Long> failing =
          () -> {
            throw failure;
          };
      assertThatThrownBy(() -> onVisitor(() -> netns.visit(failing)))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isSameAs(failure);
      assertThat(onVisitor(VisitorThreadLiveTest::ownInode)).isEqualTo(here.inode());
    }
  }

  /** Where it would come back to from the inner visit is not where the outer one believes to be. */
  @Test
  void aVisitDuringAVisitIsABug() throws Exception {
    try (NetnsHandle netns = NetnsHandle.create();
        NetnsHandle other = NetnsHandle.create()) {
      NetnsWork<Long> nested = () -> other.visit(VisitorThreadLiveTest::ownInode);
      assertThatThrownBy(() -> onVisitor(() -> netns.visit(nested)))
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("has not come back");
      assertThat(onVisitor(() -> netns.visit(VisitorThreadLiveTest::ownInode)))
          .isEqualTo(netns.inode());
    }
  }
}
