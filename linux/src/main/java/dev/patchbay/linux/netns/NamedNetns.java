package dev.patchbay.linux.netns;

import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.Libc;
import dev.patchbay.linux.libc.SysResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A network namespace that is bind-mounted under a name, as {@code ip netns} and container runtimes
 * keep them; closing deletes the name.
 *
 * @param path where it is mounted
 */
public record NamedNetns(Path path) implements AutoCloseable {
  /** Where {@code ip netns} looks. */
  public static final Path DEFAULT_FOLDER = Path.of("/run/netns");

  private static final long MS_BIND = 4096; // linux/mount.h
  private static final int MNT_DETACH = 2; // linux/fs.h
  private static final int UMOUNT_NOFOLLOW = 8;

  /**
   * Makes a new namespace under the folder, which is made too where it is missing.
   *
   * @throws java.nio.file.FileAlreadyExistsException when the name is taken
   * @throws IllegalArgumentException when the name is no plain file name
   */
  public static NamedNetns create(Path folder, String name) throws IOException {
    Path path = folder.resolve(checked(name));
    Files.createDirectories(folder);
    Files.createFile(path);
    try {
      return NetnsThreads.onDedicated(
          "netns-create " + name,
          () -> {
            NetnsHandle.unshare();
            Libc.mount("/proc/thread-self/ns/net", path.toString(), "none", MS_BIND)
                .orThrow("mount network namespace " + path);
            return new NamedNetns(path);
          });
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(path);
      throw e;
    }
  }

  /** Deletes the name; nothing happens when there is none. Users of the namespace keep it alive. */
  public static void delete(Path folder, String name) throws IOException {
    new NamedNetns(folder.resolve(checked(name))).close();
  }

  private static String checked(String name) {
    boolean plain = !name.isEmpty() && name.indexOf('/') < 0 && name.indexOf(0) < 0;
    if (!plain || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException(
          "namespace name \"" + name + "\" is no file name; use letters, digits and dashes");
    }
    return name;
  }

  /** The name within its folder. */
  public String name() {
    return path.getFileName().toString();
  }

  /** Opens it. */
  public NetnsHandle open() throws IOException {
    return NetnsHandle.open(path);
  }

  @Override
  public void close() throws IOException {
    SysResult unmounted = Libc.umount(path.toString(), MNT_DETACH | UMOUNT_NOFOLLOW);
    // EINVAL: a file that nothing is mounted on, left over from an earlier boot.
    boolean absent = unmounted.errno().equals(Errno.ENOENT);
    if (!absent && !unmounted.errno().equals(Errno.EINVAL)) {
      unmounted.orThrow("unmount network namespace " + path);
    }
    Files.deleteIfExists(path);
  }
}
