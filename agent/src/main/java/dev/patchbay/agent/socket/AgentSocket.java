package dev.patchbay.agent.socket;

import dev.patchbay.linux.netns.VisitorThread;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The unix socket that shims and the command line talk to. Requests are read and watched for a
 * hang-up by virtual threads; the work is done by a bounded number of platform threads, because a
 * system call made through the foreign function API holds its carrier, and because these may visit
 * pods' namespaces themselves.
 */
public final class AgentSocket implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentSocket.class);

  private static final Duration IDLE = Duration.ofSeconds(60);

  private final Path path;
  private final ServerSocketChannel server;
  private final UserPrincipal owner;
  private final ThreadPoolExecutor workers;
  private final Answerer answerer;

  /** Answers one request. */
  @FunctionalInterface
  public interface Answerer {
    /** Never throws: whatever goes wrong is an answer. */
    Frames.Reply answer(Frames.Request request, Cancellation cancellation);

    /** The answer for a request that there is no room for. */
    default Frames.Reply busy(Frames.Request request) {
      return new Frames.Reply(1, "", "too many requests at once\n");
    }
  }

  private AgentSocket(
      Path path,
      ServerSocketChannel server,
      UserPrincipal owner,
      ThreadPoolExecutor workers,
      Answerer answerer) {
    this.path = path;
    this.server = server;
    this.owner = owner;
    this.workers = workers;
    this.answerer = answerer;
  }

  /**
   * Opens the socket, replacing a stale one, and begins to answer.
   *
   * @param path where; its folder is made with mode 0700 when missing
   * @param parallel how many requests are worked on at once
   * @param waiting how many more may wait
   * @param answerer does the work
   */
  public static AgentSocket open(Path path, int parallel, int waiting, Answerer answerer)
      throws IOException {
    Path folder =
        java.util.Objects.requireNonNull(
            path.toAbsolutePath().getParent(), "a socket lives in a folder");
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Files.deleteIfExists(path);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path), 1024);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    var workers = VisitorThread.pool(parallel, IDLE, new ArrayBlockingQueue<>(waiting), "request-");
    var socket = new AgentSocket(path, server, Files.getOwner(path), workers, answerer);
    Thread.ofPlatform().name("accept").daemon().start(socket::accept);
    return socket;
  }

  /** Whether no request is being worked on. */
  public boolean isIdle() {
    return workers.getActiveCount() == 0;
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel connection = server.accept();
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (AsynchronousCloseException _) {
        return; // close() was called
      } catch (IOException e) {
        LOG.error("Patchbay: cannot accept on {}: {}", path, e.toString());
      }
    }
  }

  private void serve(SocketChannel connection) {
    try (connection) {
      if (!connection.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(owner)) {
        LOG.warn("Patchbay: refused a caller on {} that is not {}", path, owner);
        return;
      }
      Frames.Request request =
          Frames.read(new BufferedInputStream(Channels.newInputStream(connection)));
      var cancellation = new Cancellation();
      var call = new Call(connection);
      try {
        workers.execute(() -> call.answer(answerer.answer(request, cancellation)));
      } catch (RejectedExecutionException _) {
        call.answer(answerer.busy(request));
        return;
      }
      call.listen();
      cancellation.cancel();
      call.finish();
    } catch (Frames.KnockException _) {
      LOG.debug(
          "Patchbay: a shim has spooled a DEL"); // the spool is looked at every few seconds anyway
    } catch (IOException e) {
      LOG.warn("Patchbay: bad request on {}: {}", path, e.toString());
    }
  }

  /** Stops taking requests and lets those under way finish, for at most ten seconds. */
  @Override
  public void close() throws IOException {
    server.close();
    workers.shutdown();
    try {
      if (!workers.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("Patchbay: requests were still under way at the end");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    Files.deleteIfExists(path);
  }
}
