package dev.patchbay.ipam;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.patchbay.core.plan.LeaseOp.Holder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The files of one network, in host-local's format: one per address, named by it, and {@code
 * last_reserved_ip.<set>}. Every method expects its caller to have the folder's lock, and every
 * IOException is a FileSystemException with path and reason.
 */
final class ReservationFolder {
  private static final String LAST_PREFIX = "last_reserved_ip.";
  // A dot first, so that it is no address to anybody who lists the folder.
  private static final String DRAFT = ".patchbay-draft";
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** Which state of the folder this is; equal stamps mean that no file came or went between. */
  record Stamp(FileTime changed, Optional<Object> inode) {
    static final Stamp NEVER = new Stamp(FileTime.fromMillis(0), Optional.empty());
  }

  private final Path path;

  ReservationFolder(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  boolean exists() {
    return Files.isDirectory(path);
  }

  void create() throws IOException {
    if (!exists()) {
      Files.createDirectories(path);
    }
  }

  Stamp stamp() throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return new Stamp(attributes.lastModifiedTime(), Optional.ofNullable(attributes.fileKey()));
  }

  /** Reads every reservation. */
  List<Reservation> scan() throws IOException {
    List<Reservation> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
      for (Path file : files) {
        Optional<IpAddress> address = addressOf(file.getFileName().toString());
        if (address.isPresent()) {
          read(address.get()).ifPresent(found::add);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw named(path, new IOException(e.getMessage(), e));
    }
    return found;
  }

  /** Only the canonical text is a reservation: any other spelling would not stop host-local. */
  private static Optional<IpAddress> addressOf(String name) {
    try {
      IpAddress address = IpAddress.parse(name);
      return address.toString().equals(name) ? Optional.of(address) : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** Reads one reservation; empty when there is no such file. */
  Optional<Reservation> read(IpAddress address) throws IOException {
    Path file = file(address);
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
      // Opening a pipe would wait for its other end for ever.
      Occupant occupant =
          attributes.isRegularFile()
              ? content(file)
              : new Occupant.Unreadable("not a regular file");
      return Optional.of(
          new Reservation(address, occupant, attributes.lastModifiedTime().toInstant()));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  private static Occupant content(Path file) throws NoSuchFileException {
    try (InputStream in = Files.newInputStream(file)) {
      return Occupant.parse(in.readNBytes(Occupant.MAX_BYTES + 1));
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      return new Occupant.Unreadable("unreadable (" + reason(e) + ")");
    }
  }

  /**
   * Reserves the address unless it is reserved; false when it is. The file appears with its content
   * or not at all, even when we are killed: an empty one would be nobody's for ever.
   */
  boolean create(IpAddress address, Holder holder, boolean sticky) throws IOException {
    Path draft = path.resolve(DRAFT);
    Path file = file(address);
    try {
      // A draft left by a killed process may be the second name of a live reservation: no reuse.
      Files.deleteIfExists(draft);
      write(draft, Occupant.bytes(holder), sticky, Set.of(CREATE_NEW, WRITE));
    } catch (IOException e) {
      throw without(draft, named(file, e));
    }
    try {
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException _) {
      Files.delete(draft);
      return false;
    } catch (IOException e) {
      throw without(draft, named(file, e));
    }
    try {
      Files.delete(draft);
      if (sticky) {
        syncFolder();
      }
    } catch (IOException e) {
      throw without(file, named(file, e));
    }
    return true;
  }

  private static IOException without(Path leftOver, IOException cause) {
    try {
      Files.deleteIfExists(leftOver);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    return cause;
  }

  private void syncFolder() throws IOException {
    try (FileChannel folder = FileChannel.open(path, READ)) {
      folder.force(true);
    }
  }

  private static void write(Path file, byte[] content, boolean sync, Set<OpenOption> options)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, options, OWNER_ONLY)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      // Cut afterwards: ext4 writes a file that was cut to nothing out to disk when it is closed
      // (auto_da_alloc), which takes twenty times as long as all the rest.
      if (channel.size() > content.length) {
        channel.truncate(content.length);
      }
      if (sync) {
        channel.force(true);
      }
    }
  }

  void delete(IpAddress address) throws IOException {
    Files.deleteIfExists(file(address));
  }

  /** The address handed out last of a set; empty when unknown, which only costs the rotation. */
  Optional<IpAddress> last(int set) {
    Path file = lastFile(set);
    if (!Files.isRegularFile(file, NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(IpAddress.parse(new String(in.readNBytes(Occupant.MAX_BYTES), UTF_8)));
    } catch (IOException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  void writeLast(int set, IpAddress address) throws IOException {
    Path file = lastFile(set);
    try {
      write(file, address.toString().getBytes(UTF_8), false, Set.of(CREATE, WRITE));
    } catch (IOException e) {
      throw named(file, e);
    }
  }

  private Path lastFile(int set) {
    return path.resolve(LAST_PREFIX + set);
  }

  Path file(IpAddress address) {
    return path.resolve(address.toString());
  }

  /** Java tells the path only where opening failed, not where writing did. */
  private static FileSystemException named(Path file, IOException e) {
    FileSystemException named = new FileSystemException(file.toString(), null, reason(e));
    named.initCause(e);
    return named;
  }

  /** The kernel's text for what went wrong. */
  static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "Permission denied";
      case NoSuchFileException _ -> "No such file or directory";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      case IOException other -> String.valueOf(other.getMessage());
    };
  }
}
