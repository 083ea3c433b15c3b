package dev.patchbay.linux.netns;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.patchbay.linux.libc.Fd;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.libc.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * An open network namespace. It stays alive as long as the handle is open, whatever happens to its
 * name and its processes, so handles live for one operation.
 *
 * <p>Which namespace is the host's is never assumed: whoever needs it passes a handle.
 */
public final class NetnsHandle implements AutoCloseable {
  private static final long NSFS_MAGIC = 0x6e736673; // linux/magic.h
  private static final long NS_GET_NSTYPE = 0xb703; // linux/nsfs.h
  private static final int STATFS_SIZE = 120; // struct statfs, f_type is its first long
  private static final int O_NONBLOCK = 04000; // asm-generic/fcntl.h
  private static final int O_NOCTTY = 0400;
  private static final int O_CLOEXEC = 02000000;
  private static final int STATX_SIZE = 256; // linux/stat.h, struct statx
  private static final int STATX_INO = 0x100;
  private static final int STX_INO_OFFSET = 32;
  private static final int AT_EMPTY_PATH = 0x1000; // linux/fcntl.h
  private static final int AF_INET = 2; // linux/socket.h
  private static final int SOCK_DGRAM_CLOEXEC = 2 | O_CLOEXEC;
  private static final int SOL_SOCKET = 1; // asm-generic/socket.h
  private static final int SO_NETNS_COOKIE = 71;

  private final Fd fd;
  private final String name;

  private NetnsHandle(Fd fd, String name) {
    this.fd = fd;
    this.name = name;
  }

  /**
   * Opens the namespace behind a path such as {@code /run/netns/a} or {@code /proc/42/ns/net}.
   *
   * @throws NotNetnsException when the path is something else
   * @throws KernelException when it cannot be opened; ENOENT when it is gone
   */
  public static NetnsHandle open(Path path) throws IOException {
    // Without O_NONBLOCK a fifo under that path would hold us for ever.
    int flags = O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    String doing = "open network namespace " + path;
    Fd fd = Fd.owning(Libc.open(path.toString(), flags, 0), doing);
    try {
      requireNetns(fd, path.toString());
      return new NetnsHandle(fd, path.toString());
    } catch (IOException e) {
      fd.close();
      throw e;
    }
  }

  /** The namespace that the calling thread is in. */
  public static NetnsHandle current() throws IOException {
    return new NetnsHandle(NetnsThreads.own(), "current");
  }

  /** A new namespace that has no name and lives as long as this handle; needs CAP_SYS_ADMIN. */
  public static NetnsHandle create() throws IOException {
    Fd fd =
        NetnsThreads.onDedicated(
            "netns-create",
            () -> {
              unshare();
              return NetnsThreads.own();
            });
    return new NetnsHandle(fd, "anonymous");
  }

  static void unshare() throws KernelException {
    Libc.unshare(NetnsThreads.CLONE_NEWNET).orThrow("make a network namespace");
  }

  private static void requireNetns(Fd fd, String path) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment statfs = arena.allocate(STATFS_SIZE, 8);
      Libc.fstatfs(fd.number(), statfs).orThrow("look at " + path);
      if (statfs.get(JAVA_LONG, 0) != NSFS_MAGIC) {
        throw new NotNetnsException(path + " is a plain file, not a namespace");
      }
    }
    long type = Libc.ioctl(fd.number(), NS_GET_NSTYPE, 0).orThrow("look at " + path);
    if (type != NetnsThreads.CLONE_NEWNET) {
      throw new NotNetnsException(path + " is a namespace of another kind, not of the network");
    }
  }

  /** The open descriptor, for IFLA_NET_NS_FD and the like. */
  public int fd() {
    return fd.number();
  }

  /** The inode that {@code ls -l /proc/PID/ns} shows; a later namespace may get it again. */
  public long inode() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment statx = arena.allocate(STATX_SIZE, 8);
      Libc.statx(fd.number(), "", AT_EMPTY_PATH, STATX_INO, statx).orThrow("stat " + name);
      return statx.get(JAVA_LONG, STX_INO_OFFSET);
    }
  }

  /** The namespace's number of this boot (SO_NETNS_COOKIE, Linux 5.14), never used twice. */
  public long cookie() throws IOException {
    try (Fd socket = visit(NetnsHandle::udpSocket);
        Arena arena = Arena.ofConfined()) {
      MemorySegment cookie = arena.allocate(JAVA_LONG);
      Libc.getSockOpt(socket.number(), SOL_SOCKET, SO_NETNS_COOKIE, cookie)
          .orThrow("read the cookie of network namespace " + name);
      return cookie.get(JAVA_LONG, 0);
    }
  }

  private static Fd udpSocket() throws KernelException {
    return Fd.owning(Libc.socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0), "open a socket");
  }

  /**
   * Runs the work on a fresh thread inside the namespace and waits for it; interruption of the
   * caller does not cut it short. Sockets that it opens stay in the namespace when used elsewhere.
   */
  public <T> T inside(NetnsWork<T> work) throws IOException {
    return NetnsThreads.onDedicated(
        "netns " + name,
        () -> {
          NetnsThreads.enter(fd.number());
          return work.call();
        });
  }

  /**
   * The same on this thread, if it is a {@link VisitorThread}, or else on one of two shared ones,
   * in a quarter of the time: only for work that neither blocks nor changes the thread, such as
   * opening a socket.
   */
  public <T> T visit(NetnsWork<T> work) throws IOException {
    return NetnsThreads.onVisitor(fd.number(), work);
  }

  @Override
  public void close() {
    fd.close();
  }

  @Override
  public String toString() {
    return name;
  }
}
