package dev.patchbay.linux.netlink;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.Fd;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.libc.Libc;
import dev.patchbay.linux.libc.SysResult;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A netlink socket of the namespace in which it was opened, usable from any thread afterwards.
 *
 * <p>Requests and answers are one sequence, so one lock spans both. The socket keeps its namespace
 * alive: close it with the operation that needed it.
 */
public final class NetlinkSocket implements AutoCloseable {
  /** Links, addresses, routes (linux/netlink.h). */
  public static final int NETLINK_ROUTE = 0;

  /** nftables and conntrack (linux/netlink.h). */
  public static final int NETLINK_NETFILTER = 12;

  /** How long {@link #open(int)} gives the kernel for one exchange. */
  public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(10);

  private static final int AF_NETLINK = 16; // linux/socket.h
  private static final int SOCK_RAW_CLOEXEC = 3 | 02000000; // linux/net.h
  private static final int SOL_SOCKET = 1; // asm-generic/socket.h
  private static final int SO_SNDBUF = 7;
  private static final int SO_RCVBUF = 8;
  private static final int SO_NETNS_COOKIE = 71; // asm-generic/socket.h
  private static final int SOL_NETLINK = 270; // linux/socket.h
  private static final int NETLINK_CAP_ACK = 10; // linux/netlink.h
  private static final int NETLINK_EXT_ACK = 11;
  private static final int NETLINK_GET_STRICT_CHK = 12;
  private static final int SOCKADDR_NL = 12;
  private static final int BUFFER_WANTED = 1 << 20;
  private static final int DUMP_ATTEMPTS = 8;

  private final ReentrantLock lock = new ReentrantLock();
  private final Fd fd;
  private final Duration limit;
  private int nextSequence = 1;
  private boolean stale;

  private NetlinkSocket(Fd fd, Duration limit) {
    this.fd = fd;
    this.limit = limit;
  }

  /** Opens one in the calling thread's namespace, with the default time limit. */
  public static NetlinkSocket open(int protocol) throws IOException {
    return open(protocol, DEFAULT_LIMIT);
  }

  /** Opens one in the calling thread's namespace; one exchange may take as long as the limit. */
  public static NetlinkSocket open(int protocol, Duration limit) throws IOException {
    Fd fd = Fd.owning(Libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, protocol), "open a netlink socket");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment any = arena.allocate(SOCKADDR_NL, 4);
      any.set(JAVA_SHORT, 0, (short) AF_NETLINK);
      Libc.bind(fd.number(), any).orThrow("bind a netlink socket");
      option(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
      option(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
      option(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
      option(fd, SOL_SOCKET, SO_RCVBUF, BUFFER_WANTED); // the kernel clamps both to its limits
      option(fd, SOL_SOCKET, SO_SNDBUF, BUFFER_WANTED);
      return new NetlinkSocket(fd, limit);
    } catch (IOException e) {
      fd.close();
      throw e;
    }
  }

  private static void option(Fd fd, int level, int name, int value) throws KernelException {
    Libc.setSockOpt(fd.number(), level, name, value).orThrow("set netlink socket option " + name);
  }

  /**
   * Sends all requests in one datagram and returns one answer per request, in order.
   *
   * <p>The kernel works through them one by one and goes on after a refusal: this is not a
   * transaction. When a request that wants no acknowledgement is refused, those still unanswered
   * count as refused with it, as the kernel then drops the rest of the batch.
   *
   * @throws java.net.SocketTimeoutException when the limit passed; the requests may or may not have
   *     happened
   * @throws KernelException when the socket failed, with the same doubt
   */
  public List<Answer> send(List<Request> requests) throws IOException {
    if (requests.isEmpty()) {
      return List.of();
    }
    lock.lock();
    try {
      return transact(requests, false).answers();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Asks for a whole table. A table that changed during the dump is asked for again, a few times;
   * then the answer is EINTR.
   */
  public Answer dump(Request request) throws IOException {
    lock.lock();
    try {
      for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
        Exchange exchange = transact(List.of(request), true);
        if (!exchange.interrupted()) {
          return exchange.answers().getFirst();
        }
      }
      return Answer.Refused.plain(Errno.EINTR);
    } finally {
      lock.unlock();
    }
  }

  /** The cookie of the namespace it was opened in (SO_NETNS_COOKIE, Linux 5.14). */
  public long netnsCookie() throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment cookie = arena.allocate(JAVA_LONG);
      Libc.getSockOpt(fd.number(), SOL_SOCKET, SO_NETNS_COOKIE, cookie)
          .orThrow("read the cookie of a netlink socket's namespace");
      return cookie.get(JAVA_LONG, 0);
    }
  }

  private Exchange transact(List<Request> requests, boolean dump) throws IOException {
    try (Inbox inbox = new Inbox(fd.number(), limit)) {
      if (stale) {
        inbox.drain();
      }
      stale = true; // until every answer is in
      Exchange exchange = new Exchange(requests, nextSequence, dump);
      nextSequence += requests.size();
      transmit(exchange.datagram());
      while (!exchange.complete()) {
        Optional<ByteBuffer> datagram = inbox.receive(requests.getFirst().what());
        if (datagram.isPresent()) {
          exchange.accept(NetlinkMessage.parseAll(datagram.get()));
        }
      }
      stale = false;
      return exchange;
    }
  }

  private void transmit(byte[] datagram) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(datagram.length, 4);
      MemorySegment.copy(datagram, 0, bytes, JAVA_BYTE, 0, datagram.length);
      SysResult sent;
      do {
        sent = Libc.sendTo(fd.number(), bytes, 0, MemorySegment.NULL);
      } while (sent.errno().equals(Errno.EINTR));
      sent.orThrow("send " + datagram.length + " bytes of netlink");
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      fd.close();
    } finally {
      lock.unlock();
    }
  }
}
