package dev.patchbay.linux.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The C library's system calls that Patchbay needs, one method each, usable from any thread.
 *
 * <p>Memory segments passed in are native. A virtual thread that blocks in one of these pins its
 * carrier; {@link #setns} and {@link #unshare} change the calling OS thread and must never run on a
 * virtual thread, whose carrier they would poison.
 */
public final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBC = LINKER.defaultLookup();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  /** Written by every call and read at once after it: one per thread will do. */
  private static final ThreadLocal<MemorySegment> STATES =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

  private static final MethodHandle SOCKET = ints("socket", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle BIND = ints("bind", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SENDTO =
      longs("sendto", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle RECVFROM =
      longs("recvfrom", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle POLL = ints("poll", ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SETSOCKOPT =
      ints("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle GETSOCKOPT =
      ints("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle EVENTFD = ints("eventfd", JAVA_INT, JAVA_INT);
  private static final MethodHandle READ = longs("read", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle WRITE = longs("write", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle CLOSE = ints("close", JAVA_INT);
  private static final MethodHandle SETNS = ints("setns", JAVA_INT, JAVA_INT);
  private static final MethodHandle UNSHARE = ints("unshare", JAVA_INT);
  private static final MethodHandle MOUNT =
      ints("mount", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
  private static final MethodHandle UMOUNT2 = ints("umount2", ADDRESS, JAVA_INT);
  private static final MethodHandle FLOCK = ints("flock", JAVA_INT, JAVA_INT);
  private static final MethodHandle FSTATFS = ints("fstatfs", JAVA_INT, ADDRESS);
  private static final MethodHandle STATX =
      ints("statx", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  // Both are variadic in C: the third argument goes where variadic arguments go on this machine.
  private static final MethodHandle OPEN = variadic("open", ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle IOCTL = variadic("ioctl", JAVA_INT, JAVA_LONG, JAVA_LONG);

  private Libc() {}

  /** socket(2). */
  public static SysResult socket(int domain, int type, int protocol) {
    return call(errno -> (int) SOCKET.invokeExact(errno, domain, type, protocol));
  }

  /** bind(2). */
  public static SysResult bind(int fd, MemorySegment address) {
    return call(errno -> (int) BIND.invokeExact(errno, fd, address, (int) address.byteSize()));
  }

  /** sendto(2); an empty segment as address makes it send(2). Returns the bytes sent. */
  public static SysResult sendTo(int fd, MemorySegment bytes, int flags, MemorySegment address) {
    int length = (int) address.byteSize();
    MemorySegment to = length == 0 ? MemorySegment.NULL : address;
    return call(
        errno -> (long) SENDTO.invokeExact(errno, fd, bytes, bytes.byteSize(), flags, to, length));
  }

  /** recvfrom(2); {@code sender} is filled with the sender's socket address. Returns the bytes. */
  public static SysResult recvFrom(int fd, MemorySegment into, int flags, MemorySegment sender) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment length = arena.allocateFrom(JAVA_INT, (int) sender.byteSize());
      return call(errno ->
          (long) RECVFROM.invokeExact(errno, fd, into, into.byteSize(), flags, sender, length));
    }
  }

  /** poll(2) on one descriptor, in milliseconds; returns 0 when the time was up. */
  public static SysResult poll(int fd, short events, int timeoutMillis) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pollfd = arena.allocate(8); // struct pollfd: int fd, short events, revents
      pollfd.set(JAVA_INT, 0, fd);
      pollfd.set(JAVA_SHORT, 4, events);
      return call(errno -> (int) POLL.invokeExact(errno, pollfd, 1L, timeoutMillis));
    }
  }

  /**
   * poll(2) on several descriptors, in milliseconds; returns how many are ready, 0 when the time
   * was up.
   *
   * @param pollfds an array of struct pollfd, of 8 bytes each
   */
  public static SysResult poll(MemorySegment pollfds, int timeoutMillis) {
    long count = pollfds.byteSize() / 8;
    return call(errno -> (int) POLL.invokeExact(errno, pollfds, count, timeoutMillis));
  }

  /** eventfd(2); returns the descriptor. */
  public static SysResult eventFd(int initial, int flags) {
    return call(errno -> (int) EVENTFD.invokeExact(errno, initial, flags));
  }

  /** setsockopt(2) of an int. */
  public static SysResult setSockOpt(int fd, int level, int name, int value) {
    try (Arena arena = Arena.ofConfined()) {
      return setSockOpt(fd, level, name, arena.allocateFrom(JAVA_INT, value));
    }
  }

  /** setsockopt(2) of a struct. */
  public static SysResult setSockOpt(int fd, int level, int name, MemorySegment value) {
    int size = (int) value.byteSize();
    return call(errno -> (int) SETSOCKOPT.invokeExact(errno, fd, level, name, value, size));
  }

  /** getsockopt(2) into a struct of the right size. */
  public static SysResult getSockOpt(int fd, int level, int name, MemorySegment into) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment length = arena.allocateFrom(JAVA_INT, (int) into.byteSize());
      return call(errno -> (int) GETSOCKOPT.invokeExact(errno, fd, level, name, into, length));
    }
  }

  /** open(2); the mode counts only with O_CREAT. Returns the descriptor. */
  public static SysResult open(String path, int flags, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path);
      return call(errno -> (int) OPEN.invokeExact(errno, name, flags, mode));
    }
  }

  /** read(2); returns the bytes read, 0 at the end. */
  public static SysResult read(int fd, MemorySegment into) {
    return call(errno -> (long) READ.invokeExact(errno, fd, into, into.byteSize()));
  }

  /** write(2); returns the bytes written. */
  public static SysResult write(int fd, MemorySegment bytes) {
    return call(errno -> (long) WRITE.invokeExact(errno, fd, bytes, bytes.byteSize()));
  }

  /** close(2). */
  public static SysResult close(int fd) {
    return call(errno -> (int) CLOSE.invokeExact(errno, fd));
  }

  /** setns(2) of the calling OS thread. */
  public static SysResult setns(int fd, int type) {
    return call(errno -> (int) SETNS.invokeExact(errno, fd, type));
  }

  /** unshare(2) of the calling OS thread. */
  public static SysResult unshare(int flags) {
    return call(errno -> (int) UNSHARE.invokeExact(errno, flags));
  }

  /** mount(2) without data. */
  public static SysResult mount(String source, String target, String fsType, long flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = arena.allocateFrom(source);
      MemorySegment to = arena.allocateFrom(target);
      MemorySegment type = arena.allocateFrom(fsType);
      return call(
          errno -> (int) MOUNT.invokeExact(errno, from, to, type, flags, MemorySegment.NULL));
    }
  }

  /** umount2(2). */
  public static SysResult umount(String target, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(target);
      return call(errno -> (int) UMOUNT2.invokeExact(errno, path, flags));
    }
  }

  /** ioctl(2) whose argument is a number. */
  public static SysResult ioctl(int fd, long request, long argument) {
    return call(errno -> (int) IOCTL.invokeExact(errno, fd, request, argument));
  }

  /** ioctl(2) whose argument is a struct; the segment must stay alive during the call. */
  public static SysResult ioctl(int fd, long request, MemorySegment argument) {
    return ioctl(fd, request, argument.address());
  }

  /** flock(2). */
  public static SysResult flock(int fd, int operation) {
    return call(errno -> (int) FLOCK.invokeExact(errno, fd, operation));
  }

  /** fstatfs(2) into a struct statfs of at least 120 bytes. */
  public static SysResult fstatfs(int fd, MemorySegment into) {
    return call(errno -> (int) FSTATFS.invokeExact(errno, fd, into));
  }

  /** statx(2) into a struct statx of 256 bytes. */
  public static SysResult statx(int fd, String path, int flags, int mask, MemorySegment into) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path);
      return call(errno -> (int) STATX.invokeExact(errno, fd, name, flags, mask, into));
    }
  }

  @FunctionalInterface
  private interface Call {
    long on(MemorySegment errno) throws Throwable;
  }

  private static SysResult call(Call call) {
    try {
      MemorySegment state = STATES.get();
      long value = call.on(state);
      return new SysResult(value, value == -1 ? new Errno((int) ERRNO.get(state, 0L)) : Errno.NONE);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a downcall threw, which its signature rules out", e);
    }
  }

  private static MethodHandle ints(String name, MemoryLayout... arguments) {
    return handle(name, FunctionDescriptor.of(JAVA_INT, arguments));
  }

  private static MethodHandle longs(String name, MemoryLayout... arguments) {
    return handle(name, FunctionDescriptor.of(JAVA_LONG, arguments));
  }

  private static MethodHandle variadic(String name, MemoryLayout... arguments) {
    return handle(
        name,
        FunctionDescriptor.of(JAVA_INT, arguments),
        Linker.Option.firstVariadicArg(arguments.length - 1));
  }

  private static MethodHandle handle(
      String name, FunctionDescriptor signature, Linker.Option... more) {
    Linker.Option[] options = new Linker.Option[more.length + 1];
    options[0] = Linker.Option.captureCallState("errno");
    System.arraycopy(more, 0, options, 1, more.length);
    return LINKER.downcallHandle(LIBC.findOrThrow(name), signature, options);
  }
}
