package dev.patchbay.linux.packet;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.Fd;
import dev.patchbay.linux.libc.Libc;
import dev.patchbay.linux.libc.SysResult;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One thread that reads the frames of many links, in whatever namespaces they are. A link from
 * which too much comes is left alone for a while, and the kernel drops the rest.
 *
 * <p>A watched link's namespace stays alive until the watch is closed or the link is gone,
 * whichever is first.
 */
public final class FrameReader implements AutoCloseable {
  /** Frames that a link may have read at once. */
  static final int BURST = 1024;

  /** Frames a second that a link has read for long. */
  static final int RATE = 512;

  private static final int TURN = 64;
  private static final int POLLFD = 8; // struct pollfd
  private static final short POLLIN = 1; // asm-generic/poll.h
  private static final int SOCKADDR_LL = 20; // linux/if_packet.h
  private static final int ETH_P_ALL = 0x0003; // linux/if_ether.h
  private static final int EFD_CLOEXEC_NONBLOCK = 02004000; // linux/eventfd.h
  private static final long NANOS = 1_000_000_000L;
  private static final long MILLI = 1_000_000L;

  /** The kernel tells that a link goes down, and not that it is then deleted. */
  private static final long LOOK = 200 * MILLI;

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Watch> watches = new LinkedHashSet<>();
  private final Fd wake;
  private final Thread thread;
  private boolean closed;

  /** Hears of one link, on the reader's thread, which it must not hold up. */
  public interface Ear {
    /** A frame came, of at most {@link FrameFilter#LONGEST} bytes. */
    void heard(byte[] frame);

    /** The link is gone; nothing more will come and nothing can be sent. */
    void gone();
  }

  private FrameReader(Fd wake) {
    this.wake = wake;
    this.thread = Thread.ofPlatform().daemon().name("frame-reader").unstarted(this::read);
  }

  /** Starts one that watches nothing yet. */
  public static FrameReader start() throws IOException {
    Fd wake = Fd.owning(Libc.eventFd(0, EFD_CLOEXEC_NONBLOCK), "make an eventfd");
    FrameReader reader = new FrameReader(wake);
    reader.thread.start();
    return reader;
  }

  /**
   * Hears what comes from a link, from now on.
   *
   * @param link index of a link in the namespace, up or down
   * @param filter what is of interest
   */
  public Watch watch(NetnsHandle netns, int link, FrameFilter filter, Ear ear) throws IOException {
    PacketSocket socket = PacketSocket.open(netns, link, ETH_P_ALL, filter);
    Watch watch = new Watch(socket, link, ear);
    lock.lock();
    try {
      if (closed) {
        socket.close();
        throw new IOException("the reader of frames is closed");
      }
      watches.add(watch);
    } finally {
      lock.unlock();
    }
    rouse();
    return watch;
  }

  /** One link that is read. */
  public final class Watch implements AutoCloseable {
    private final PacketSocket socket;
    private final int link;
    private final Ear ear;
    private boolean shut;
    private double tokens = BURST;
    private long filled = System.nanoTime();
    private boolean down;

    private Watch(PacketSocket socket, int link, Ear ear) {
      this.socket = socket;
      this.link = link;
      this.ear = ear;
    }

    /** Sends a frame out of the link; false when that would block, or the link is down or gone. */
    public boolean send(byte[] frame) {
      lock.lock();
      try {
        return !shut && socket.offer(frame);
      } finally {
        lock.unlock();
      }
    }

    /** Hears no more; a frame that is being heard at this moment is the last. */
    @Override
    public void close() {
      lock.lock();
      try {
        if (!shut) {
          shut = true;
          watches.remove(this);
          socket.close();
        }
      } finally {
        lock.unlock();
      }
      rouse();
    }

    /** Nanoseconds until it may be read again. */
    private long pause(long now) {
      tokens = Math.min(BURST, tokens + (double) (now - filled) / NANOS * RATE);
      filled = now;
      return tokens >= 1 ? 0 : (long) ((1 - tokens) / RATE * NANOS) + MILLI;
    }
  }

  private void rouse() {
    try (Arena arena = Arena.ofConfined()) {
      lock.lock();
      try {
        if (!closed) {
          Libc.write(wake.number(), arena.allocateFrom(JAVA_LONG, 1L)); // full means awake already
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void read() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment frame = arena.allocate(FrameFilter.LONGEST, 4);
      MemorySegment sender = arena.allocate(SOCKADDR_LL, 4);
      List<Watch> ready = List.of();
      while (isOpen()) {
        for (Watch watch : ready) {
          drain(watch, frame, sender);
        }
        ready = await();
      }
    } finally {
      wake.close();
    }
  }

  private boolean isOpen() {
    lock.lock();
    try {
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a link that may be read has something. */
  private List<Watch> await() {
    List<Watch> asked = new ArrayList<>();
    List<Integer> fds = new ArrayList<>();
    long now = System.nanoTime();
    long pause = Long.MAX_VALUE;
    lock.lock();
    try {
      for (Watch watch : watches) {
        long wait = watch.pause(now);
        if (wait == 0) {
          asked.add(watch);
          fds.add(watch.socket.descriptor());
        } else {
          pause = Math.min(pause, wait);
        }
        pause = watch.down ? Math.min(pause, LOOK) : pause;
      }
    } finally {
      lock.unlock();
    }
    int millis = pause == Long.MAX_VALUE ? -1 : (int) (pause / MILLI) + 1;
    List<Watch> ready = poll(asked, fds, millis);
    asked.stream().filter(watch -> watch.down).forEach(this::lookAt);
    return ready;
  }

  private List<Watch> poll(List<Watch> asked, List<Integer> fds, int millis) {
    List<Watch> ready = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pollfds = arena.allocate((long) POLLFD * (fds.size() + 1), 8);
      want(pollfds, 0, wake.number());
      for (int i = 0; i < fds.size(); i++) {
        want(pollfds, (long) POLLFD * (i + 1), fds.get(i));
      }
      Libc.poll(pollfds, millis);
      if (pollfds.get(JAVA_SHORT, 6) != 0) {
        Libc.read(wake.number(), arena.allocate(JAVA_LONG));
      }
      for (int i = 0; i < asked.size(); i++) {
        if (pollfds.get(JAVA_SHORT, (long) POLLFD * (i + 1) + 6) != 0) {
          ready.add(asked.get(i));
        }
      }
    }
    return ready;
  }

  private static void want(MemorySegment pollfds, long at, int fd) {
    pollfds.set(JAVA_INT, at, fd);
    pollfds.set(JAVA_SHORT, at + 4, POLLIN);
  }

  /** A few frames, so that no link keeps the others waiting. */
  private void drain(Watch watch, MemorySegment frame, MemorySegment sender) {
    for (int i = 0; i < TURN && watch.tokens >= 1; i++) {
      SysResult got = take(watch, frame, sender);
      if (got.ok()) {
        watch.tokens--;
        watch.down = false;
        byte[] bytes = frame.asSlice(0, got.value()).toArray(JAVA_BYTE);
        tell(() -> watch.ear.heard(bytes));
      } else if (got.errno().equals(Errno.ENETDOWN)) {
        watch.down = true;
        lookAt(watch);
      } else if (!got.errno().equals(Errno.EINTR)) {
        return;
      }
    }
  }

  private SysResult take(Watch watch, MemorySegment frame, MemorySegment sender) {
    lock.lock();
    try {
      return watch.shut ? new SysResult(-1, Errno.EAGAIN) : watch.socket.take(frame, sender);
    } finally {
      lock.unlock();
    }
  }

  /** A link that is only down comes back; one that is deleted does not, and lets its netns go. */
  private void lookAt(Watch watch) {
    lock.lock();
    try {
      if (watch.shut || watch.socket.hasLink(watch.link)) {
        return;
      }
    } finally {
      lock.unlock();
    }
    watch.close();
    tell(watch.ear::gone);
  }

  /** One ear's defect must not make all others deaf. */
  private void tell(Runnable what) {
    try {
      what.run();
    } catch (RuntimeException e) {
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }

  /** Closes all watches; their ears hear no more. */
  @Override
  public void close() {
    List<Watch> all;
    lock.lock();
    try {
      all = List.copyOf(watches);
    } finally {
      lock.unlock();
    }
    all.forEach(Watch::close);
    lock.lock();
    try {
      if (!closed) {
        rouse();
        closed = true;
      }
    } finally {
      lock.unlock();
    }
  }
}
