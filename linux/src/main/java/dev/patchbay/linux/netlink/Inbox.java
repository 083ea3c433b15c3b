package dev.patchbay.linux.netlink;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.Libc;
import dev.patchbay.linux.libc.SysResult;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;

/** Receives the datagrams of one exchange until its deadline; confined to the calling thread. */
final class Inbox implements AutoCloseable {
  // netlink_dump() fills datagrams up to the largest receive so far, at most 32 KiB.
  private static final int FIRST_BUFFER = 32 << 10;
  private static final int SOCKADDR_NL =
      12; // linux/netlink.h: u16 family, pad, u32 pid, u32 groups
  private static final int NL_PID = 4;
  private static final int MSG_PEEK = 0x2; // linux/socket.h
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_DONTWAIT = 0x40;
  private static final short POLLIN = 1; // asm-generic/poll.h

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment from = arena.allocate(SOCKADDR_NL, 4);
  private MemorySegment buffer = arena.allocate(FIRST_BUFFER, 4);
  private final int fd;
  private final Duration limit;
  private final long deadline;

  Inbox(int fd, Duration limit) {
    this.fd = fd;
    this.limit = limit;
    this.deadline = System.nanoTime() + limit.toNanos();
  }

  /** Waits for one datagram; empty when it did not come from the kernel. */
  Optional<ByteBuffer> receive(String awaited) throws IOException {
    SysResult size = peek();
    // The answers to a request are there when send(2) returns, so waiting is the exception.
    while (size.errno().equals(Errno.EAGAIN) || size.errno().equals(Errno.EINTR)) {
      Libc.poll(fd, POLLIN, millisLeft(awaited));
      size = peek();
    }
    millisLeft(awaited);
    size.orThrow("receive the answer to \"" + awaited + "\"");
    if (size.value() > buffer.byteSize()) {
      buffer = arena.allocate(size.value(), 4);
    }
    int length =
        (int)
            Libc.recvFrom(fd, buffer, MSG_DONTWAIT, from)
                .orThrow("receive the answer to \"" + awaited + "\"");
    // Whoever has CAP_NET_ADMIN in the namespace, a pod perhaps, can send to our port as well.
    if (from.get(JAVA_INT, NL_PID) != 0) {
      return Optional.empty();
    }
    byte[] copy = new byte[length];
    MemorySegment.copy(buffer, JAVA_BYTE, 0, copy, 0, length);
    return Optional.of(ByteBuffer.wrap(copy).order(ByteOrder.nativeOrder()));
  }

  /** Throws away late answers to an exchange that was given up. */
  void drain() throws IOException {
    SysResult got;
    do {
      millisLeft("an earlier request");
      got = Libc.recvFrom(fd, buffer, MSG_DONTWAIT, from);
    } while (got.ok() || got.errno().equals(Errno.ENOBUFS) || got.errno().equals(Errno.EINTR));
    if (!got.errno().equals(Errno.EAGAIN)) {
      got.orThrow("drain a netlink socket");
    }
  }

  private SysResult peek() {
    return Libc.recvFrom(fd, buffer, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT, from);
  }

  private int millisLeft(String awaited) throws SocketTimeoutException {
    long left = deadline - System.nanoTime();
    if (left <= 0) {
      throw new SocketTimeoutException(
          "no answer from the kernel within " + limit + " to \"" + awaited + "\"");
    }
    return (int) Math.min(left / 1_000_000 + 1, Integer.MAX_VALUE);
  }

  @Override
  public void close() {
    arena.close();
  }
}
