package dev.patchbay.vm.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * The user that a machine runs as.
 *
 * @param uid its number, which is its group's too; 0 is root, with all that root may do
 */
public record MachineUser(int uid) {
  /** Everything is allowed. */
  public static final MachineUser ROOT = new MachineUser(0);

  /** A range that systemd's list of UIDs leaves unused, and so do the usual sub-UID ranges. */
  private static final int FIRST = 1_900_000_000;

  private static final int COUNT = 100_000_000;

  /** A user of its own, for whom no account is needed: always the same of one machine. */
  public static MachineUser of(String vm) {
    CRC32 hash = new CRC32();
    hash.update(vm.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return new MachineUser(FIRST + (int) (hash.getValue() % COUNT));
  }

  /** Whether it may do nothing that others may not. */
  public boolean isConfined() {
    return uid != 0;
  }

  /** Gives it a file or folder of ours. */
  public void own(Path path) throws IOException {
    if (isConfined()) {
      Files.setAttribute(path, "unix:uid", uid);
      Files.setAttribute(path, "unix:gid", uid);
    }
  }

  /**
   * Why it cannot read a file, with what to do about it; empty when it can, as far as owner and
   * modes tell.
   */
  public Optional<String> cannotRead(Path file) throws IOException {
    Path real = file.toRealPath();
    for (Path at = real; isConfined() && at != null; at = at.getParent()) {
      boolean last = at.equals(real);
      if (!may(at, last && !Files.isDirectory(at))) {
        return Optional.of(
            "user %d of the machine may not %s %s; chmod o+%s %s, or set vm.user"
                .formatted(uid, last ? "read" : "enter", at, last ? "r" : "x", at));
      }
    }
    return Optional.empty();
  }

  private boolean may(Path path, boolean read) throws IOException {
    Set<PosixFilePermission> modes = Files.getPosixFilePermissions(path);
    boolean own = Files.getAttribute(path, "unix:uid").equals(uid);
    PosixFilePermission needed =
        read
            ? own ? PosixFilePermission.OWNER_READ : PosixFilePermission.OTHERS_READ
            : own ? PosixFilePermission.OWNER_EXECUTE : PosixFilePermission.OTHERS_EXECUTE;
    return modes.contains(needed);
  }
}
