package dev.patchbay.linux.netns;

import dev.patchbay.linux.libc.Fd;
import dev.patchbay.linux.libc.Libc;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;

/** The platform threads on which work happens inside a network namespace. */
final class NetnsThreads {
  static final int CLONE_NEWNET = 0x40000000; // linux/sched.h
  private static final int O_CLOEXEC = 02000000; // asm-generic/fcntl.h
  private static final int VISITORS = 2;
  private static final Duration IDLE = Duration.ofSeconds(10);

  /** Threads that go in and come back; only for work that is over in microseconds. */
  private static final ThreadPoolExecutor POOL =
      VisitorThread.pool(VISITORS, IDLE, new LinkedBlockingQueue<>(), "netns-visitor-");

  private NetnsThreads() {}

  /** Opens the calling thread's own namespace; /proc/self would be the main thread's. */
  static Fd own() throws IOException {
    String path = "/proc/thread-self/ns/net";
    return Fd.owning(Libc.open(path, O_CLOEXEC, 0), "open " + path);
  }

  static void enter(int netnsFd) throws IOException {
    Libc.setns(netnsFd, CLONE_NEWNET).orThrow("enter the network namespace");
  }

  /** Runs the work on a thread that is made for it and dies wherever the work left it. */
  static <T> T onDedicated(String name, NetnsWork<T> work) throws IOException {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofPlatform().daemon().name(name).start(() -> complete(result, work));
    return await(result);
  }

  /**
   * Runs the work inside the namespace on a thread that comes back afterwards: this one, or a
   * pooled one.
   */
  static <T> T onVisitor(int netnsFd, NetnsWork<T> work) throws IOException {
    if (Thread.currentThread() instanceof VisitorThread visitor) {
      return visitor.visit(netnsFd, work);
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    POOL.execute(() -> visit(netnsFd, work, result));
    return await(result);
  }

  private static <T> void visit(int netnsFd, NetnsWork<T> work, CompletableFuture<T> result) {
    VisitorThread visitor = (VisitorThread) Thread.currentThread();
    // Back home before the caller goes on: waking it may start a thread, which inherits where we
    // are.
    complete(result, () -> visitor.visit(netnsFd, work));
  }

  // Whatever the work throws belongs to the caller, who waits for it in await().
  @SuppressWarnings("CatchingUnchecked")
  private static <T> void complete(CompletableFuture<T> result, NetnsWork<T> work) {
    try {
      result.complete(work.call());
    } catch (Throwable e) {
      result.completeExceptionally(e);
    }
  }

  /** Waits without giving in to interruption: the work is short, and half of it would be worse. */
  private static <T> T await(CompletableFuture<T> result) throws IOException {
    try {
      return result.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case RuntimeException bug -> throw bug;
        case Error bug -> throw bug;
        case null, default -> throw e;
      }
    }
  }
}
