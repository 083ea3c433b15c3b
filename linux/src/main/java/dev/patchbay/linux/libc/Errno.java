package dev.patchbay.linux.libc;

import java.util.Map;
import java.util.TreeMap;

/**
 * An error number of Linux, by name and in words (asm-generic/errno-base.h, asm-generic/errno.h;
 * the same on amd64 and arm64).
 *
 * @param number 0 for success
 */
public record Errno(int number) {
  public static final Errno NONE = new Errno(0);
  public static final Errno EPERM = new Errno(1);
  public static final Errno ENOENT = new Errno(2);
  public static final Errno EINTR = new Errno(4);
  public static final Errno EAGAIN = new Errno(11);
  public static final Errno EACCES = new Errno(13);
  public static final Errno EBUSY = new Errno(16);
  public static final Errno EEXIST = new Errno(17);
  public static final Errno ENODEV = new Errno(19);
  public static final Errno EINVAL = new Errno(22);
  public static final Errno ENOTTY = new Errno(25);
  public static final Errno EOPNOTSUPP = new Errno(95);
  public static final Errno EADDRNOTAVAIL = new Errno(99);
  public static final Errno ENETDOWN = new Errno(100);
  public static final Errno ENOBUFS = new Errno(105);
  public static final Errno ENOTCONN = new Errno(107);
  public static final Errno ESRCH = new Errno(3);

  private static final String TABLE =
      """
      1 EPERM Operation not permitted
      2 ENOENT No such file or directory
      3 ESRCH No such process
      4 EINTR Interrupted system call
      5 EIO Input/output error
      6 ENXIO No such device or address
      7 E2BIG Argument list too long
      8 ENOEXEC Exec format error
      9 EBADF Bad file descriptor
      10 ECHILD No child processes
      11 EAGAIN Resource temporarily unavailable
      12 ENOMEM Cannot allocate memory
      13 EACCES Permission denied
      14 EFAULT Bad address
      15 ENOTBLK Block device required
      16 EBUSY Device or resource busy
      17 EEXIST File exists
      18 EXDEV Invalid cross-device link
      19 ENODEV No such device
      20 ENOTDIR Not a directory
      21 EISDIR Is a directory
      22 EINVAL Invalid argument
      23 ENFILE Too many open files in system
      24 EMFILE Too many open files
      25 ENOTTY Inappropriate ioctl for device
      26 ETXTBSY Text file busy
      27 EFBIG File too large
      28 ENOSPC No space left on device
      29 ESPIPE Illegal seek
      30 EROFS Read-only file system
      31 EMLINK Too many links
      32 EPIPE Broken pipe
      33 EDOM Numerical argument out of domain
      34 ERANGE Numerical result out of range
      35 EDEADLK Resource deadlock avoided
      36 ENAMETOOLONG File name too long
      37 ENOLCK No locks available
      38 ENOSYS Function not implemented
      39 ENOTEMPTY Directory not empty
      40 ELOOP Too many levels of symbolic links
      42 ENOMSG No message of desired type
      61 ENODATA No data available
      62 ETIME Timer expired
      71 EPROTO Protocol error
      74 EBADMSG Bad message
      75 EOVERFLOW Value too large for defined data type
      76 ENOTUNIQ Name not unique on network
      77 EBADFD File descriptor in bad state
      84 EILSEQ Invalid or incomplete multibyte or wide character
      87 EUSERS Too many users
      88 ENOTSOCK Socket operation on non-socket
      89 EDESTADDRREQ Destination address required
      90 EMSGSIZE Message too long
      91 EPROTOTYPE Protocol wrong type for socket
      92 ENOPROTOOPT Protocol not available
      93 EPROTONOSUPPORT Protocol not supported
      94 ESOCKTNOSUPPORT Socket type not supported
      95 EOPNOTSUPP Operation not supported
      96 EPFNOSUPPORT Protocol family not supported
      97 EAFNOSUPPORT Address family not supported by protocol
      98 EADDRINUSE Address already in use
      99 EADDRNOTAVAIL Cannot assign requested address
      100 ENETDOWN Network is down
      101 ENETUNREACH Network is unreachable
      102 ENETRESET Network dropped connection on reset
      103 ECONNABORTED Software caused connection abort
      104 ECONNRESET Connection reset by peer
      105 ENOBUFS No buffer space available
      106 EISCONN Transport endpoint is already connected
      107 ENOTCONN Transport endpoint is not connected
      108 ESHUTDOWN Cannot send after transport endpoint shutdown
      110 ETIMEDOUT Connection timed out
      111 ECONNREFUSED Connection refused
      112 EHOSTDOWN Host is down
      113 EHOSTUNREACH No route to host
      114 EALREADY Operation already in progress
      115 EINPROGRESS Operation now in progress
      116 ESTALE Stale file handle
      121 EREMOTEIO Remote I/O error
      122 EDQUOT Disk quota exceeded
      125 ECANCELED Operation canceled
      132 ERFKILL Operation not possible due to RF-kill
      524 ENOTSUPP Operation is not supported
      """;

  private static final Map<Integer, String[]> KNOWN = new TreeMap<>();

  static {
    TABLE
        .lines()
        .map(line -> line.split(" ", 3))
        .forEach(words -> KNOWN.put(Integer.valueOf(words[0]), words));
  }

  /** Whether the call succeeded. */
  public boolean isNone() {
    return number == 0;
  }

  /** The symbol, such as {@code ENODEV}; {@code errno 999} when it has none that we know. */
  public String name() {
    String[] words = KNOWN.get(number);
    return words == null ? "errno " + number : words[1];
  }

  /** The words that libc has for it, such as {@code No such device}. */
  public String text() {
    String[] words = KNOWN.get(number);
    return words == null ? "Unknown error" : words[2];
  }

  /** For people: {@code ENODEV (No such device)}. */
  @Override
  public String toString() {
    return isNone() ? "success" : name() + " (" + text() + ")";
  }
}
