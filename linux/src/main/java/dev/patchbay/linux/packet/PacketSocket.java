package dev.patchbay.linux.packet;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.Fd;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.libc.Libc;
import dev.patchbay.linux.libc.SysResult;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Whole Ethernet frames on one link (packet(7)). It keeps its namespace alive. */
public final class PacketSocket implements AutoCloseable {
  /** For a socket that sends only. */
  public static final int NOTHING = 0;

  /** For a socket that receives frames of every EtherType (linux/if_ether.h, ETH_P_ALL). */
  public static final int EVERYTHING = 0x0003;

  private static final int AF_PACKET = 17; // linux/socket.h
  private static final int SOCK_RAW_CLOEXEC = 3 | 02000000; // linux/net.h
  private static final int SOCKADDR_LL = 20; // linux/if_packet.h
  private static final int MSG_DONTWAIT = 0x40; // linux/socket.h
  private static final short POLLIN = 1; // asm-generic/poll.h
  private static final int LARGEST_FRAME = 65_550;
  private static final long SIOCGIFNAME = 0x8910; // linux/sockios.h
  private static final int IFREQ_SIZE = 40; // linux/if.h, struct ifreq
  private static final int IFREQ_INDEX = 16;

  /** Concurrent closes share a grace period, so each has its thread instead of waiting in a row. */
  private static final ExecutorService CLOSERS =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().daemon().name("packet-socket-closer-", 0).factory());

  private final Fd fd;

  private PacketSocket(Fd fd) {
    this.fd = fd;
  }

  /**
   * Opens one on a link of the namespace; needs CAP_NET_RAW there.
   *
   * @param etherType which frames to receive, such as 0x0806
   */
  public static PacketSocket open(NetnsHandle netns, int link, int etherType) throws IOException {
    return open(netns, link, etherType, FrameFilter.EVERYTHING);
  }

  /** The same, of which the kernel keeps only what the filter lets through. */
  static PacketSocket open(NetnsHandle netns, int link, int etherType, FrameFilter filter)
      throws IOException {
    String doing = "open a packet socket on link " + link;
    Fd fd = netns.visit(() -> Fd.owning(Libc.socket(AF_PACKET, SOCK_RAW_CLOEXEC, NOTHING), doing));
    try (Arena arena = Arena.ofConfined()) {
      filter.attach(fd); // before it is bound: nothing unasked for is ever in its queue
      MemorySegment address = arena.allocate(SOCKADDR_LL, 4);
      address.set(JAVA_SHORT, 0, (short) AF_PACKET);
      ByteBuffer protocol = address.asByteBuffer().order(ByteOrder.BIG_ENDIAN);
      protocol.putShort(2, (short) etherType);
      address.set(JAVA_INT, 4, link);
      Libc.bind(fd.number(), address).orThrow(doing);
      return new PacketSocket(fd);
    } catch (IOException e) {
      fd.close();
      throw e;
    }
  }

  /** Sends one frame; ENETDOWN when the link is down. */
  public void send(byte[] frame) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, frame);
      Libc.sendTo(fd.number(), bytes, 0, MemorySegment.NULL).orThrow("send a frame");
    }
  }

  /** Sends one frame unless that would block, or the link is down. */
  boolean offer(byte[] frame) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, frame);
      return Libc.sendTo(fd.number(), bytes, MSG_DONTWAIT, MemorySegment.NULL).ok();
    }
  }

  /**
   * A frame that is there already, cut to the buffer's size; EAGAIN when there is none, ENETDOWN
   * once when its link goes down.
   *
   * @param sender a buffer for whom it came from
   */
  SysResult take(MemorySegment into, MemorySegment sender) {
    return Libc.recvFrom(fd.number(), into, MSG_DONTWAIT, sender);
  }

  /** Whether its link is still there, up or down. */
  boolean hasLink(int link) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ifreq = arena.allocate(IFREQ_SIZE, 8);
      ifreq.set(JAVA_INT, IFREQ_INDEX, link);
      return Libc.ioctl(fd.number(), SIOCGIFNAME, ifreq).ok();
    }
  }

  int descriptor() {
    return fd.number();
  }

  /** Waits for a frame; empty when none came in time. Blocks its OS thread. */
  public Optional<byte[]> receive(Duration limit) throws KernelException {
    long deadline = System.nanoTime() + limit.toNanos();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment frame = arena.allocate(LARGEST_FRAME, 4);
      MemorySegment sender = arena.allocate(SOCKADDR_LL, 4);
      while (true) {
        SysResult got = Libc.recvFrom(fd.number(), frame, MSG_DONTWAIT, sender);
        if (got.ok()) {
          return Optional.of(frame.asSlice(0, got.value()).toArray(JAVA_BYTE));
        }
        if (!got.errno().equals(Errno.EAGAIN) && !got.errno().equals(Errno.EINTR)) {
          got.orThrow("receive a frame");
        }
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis < 0) {
          return Optional.empty();
        }
        Libc.poll(fd.number(), POLLIN, (int) Math.min(millis + 1, Integer.MAX_VALUE));
      }
    }
  }

  /** Returns at once: a thread of its own waits for the kernel's grace period, some 10 ms. */
  @Override
  public void close() {
    CLOSERS.execute(fd::close);
  }
}
