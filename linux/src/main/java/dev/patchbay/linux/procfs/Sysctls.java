package dev.patchbay.linux.procfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.Fd;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.libc.Libc;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads and writes sysctls of a network namespace. /proc/sys/net shows the namespace of the thread
 * that opens a file below it, so each call costs a visit there; give it all keys at once.
 */
public final class Sysctls {
  private static final Path ROOT = Path.of("/proc/sys");
  private static final int O_RDONLY_CLOEXEC = 02000000; // asm-generic/fcntl.h
  private static final int O_WRONLY_CLOEXEC = 01 | 02000000;
  private static final int PAGE = 4096; // a sysctl's text is at most this long

  private Sysctls() {}

  /** One value, without the line's end; KernelException ENOENT when there is no such sysctl. */
  public static String read(NetnsHandle netns, SysctlKey key) throws IOException {
    return netns.visit(() -> read(key));
  }

  /** Several values, in the order of the keys. */
  public static Map<SysctlKey, String> read(NetnsHandle netns, Set<SysctlKey> keys)
      throws IOException {
    return netns.visit(() -> {
      Map<SysctlKey, String> values = new LinkedHashMap<>();
      for (SysctlKey key : keys) {
        values.put(key, read(key));
      }
      return values;
    });
  }

  /** Sets one value; KernelException EINVAL when the kernel does not take it. */
  public static void write(NetnsHandle netns, SysctlKey key, String value) throws IOException {
    write(netns, Map.of(key, value));
  }

  /** Sets values in the map's order and stops at the first refusal. */
  public static void write(NetnsHandle netns, Map<SysctlKey, String> values) throws IOException {
    Map<SysctlKey, String> ordered = new LinkedHashMap<>(values);
    Integer _ =
        netns.visit(() -> {
          for (var entry : ordered.entrySet()) {
            write(entry.getKey(), entry.getValue());
          }
          return ordered.size();
        });
  }

  /**
   * Makes these values so and writes nothing that is right already. Keys that the namespace lacks,
   * such as those of IPv6 where the kernel was told to do without, are passed over. Returns what
   * was there before, of those that were changed.
   */
  public static Map<SysctlKey, String> ensure(NetnsHandle netns, Map<SysctlKey, String> values)
      throws IOException {
    Map<SysctlKey, String> ordered = new LinkedHashMap<>(values);
    return netns.visit(() -> {
      Map<SysctlKey, String> before = new LinkedHashMap<>();
      for (var entry : ordered.entrySet()) {
        Optional<String> now = readIfThere(entry.getKey());
        if (now.isPresent() && !now.get().equals(entry.getValue())) {
          write(entry.getKey(), entry.getValue());
          before.put(entry.getKey(), now.get());
        }
      }
      return before;
    });
  }

  /** Several values, without those that the namespace lacks. */
  public static Map<SysctlKey, String> readPresent(NetnsHandle netns, Set<SysctlKey> keys)
      throws IOException {
    return netns.visit(() -> {
      Map<SysctlKey, String> values = new LinkedHashMap<>();
      for (SysctlKey key : keys) {
        readIfThere(key).ifPresent(value -> values.put(key, value));
      }
      return values;
    });
  }

  private static Optional<String> readIfThere(SysctlKey key) throws KernelException {
    try {
      return Optional.of(read(key));
    } catch (KernelException e) {
      if (e.errno().equals(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static String read(SysctlKey key) throws KernelException {
    String doing = "read sysctl " + key;
    try (Fd fd = open(key, O_RDONLY_CLOEXEC, doing);
        Arena arena = Arena.ofConfined()) {
      MemorySegment page = arena.allocate(PAGE);
      int length = (int) Libc.read(fd.number(), page).orThrow(doing);
      byte[] bytes = page.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
      return new String(bytes, UTF_8).stripTrailing();
    }
  }

  private static void write(SysctlKey key, String value) throws KernelException {
    String doing = "set sysctl " + key + " to \"" + value + "\"";
    try (Fd fd = open(key, O_WRONLY_CLOEXEC, doing);
        Arena arena = Arena.ofConfined()) {
      byte[] bytes = value.getBytes(UTF_8);
      MemorySegment text = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      Libc.write(fd.number(), text).orThrow(doing);
    }
  }

  private static Fd open(SysctlKey key, int flags, String doing) throws KernelException {
    return Fd.owning(Libc.open(key.below(ROOT).toString(), flags, 0), doing);
  }
}
