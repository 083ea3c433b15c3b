package dev.patchbay.vm.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.patchbay.vm.qemu.QemuMachine.Disk.Format;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Looks whether a file is what the table says, before any program opens it: a qcow2 header can name
 * other files of the host, which QEMU and qemu-img would open in good faith.
 */
final class ImageContent {
  private static final int HEADER = 1024;
  private static final int SECTOR = 512;

  // QEMU: docs/interop/qcow2.txt
  private static final int QCOW2_MAGIC = 0x514649fb;
  private static final int VERSION = 4;
  private static final int BACKING_OFFSET = 8;
  private static final int SIZE = 24;
  private static final int CRYPT = 32;
  private static final int L1_ENTRIES = 36;
  private static final int L1_OFFSET = 40;
  private static final int REFCOUNT_OFFSET = 48;
  private static final int INCOMPATIBLE = 72;
  private static final int QCOW2_HEADER = 104;
  private static final long EXTERNAL_DATA = 1 << 2;

  /** Dirty, corrupt, compression kind and extended L2 entries name no other file. */
  private static final long HARMLESS = 0b11011;

  // kernel: Documentation/arch/x86/boot.rst; Documentation/arch/arm64/booting.rst
  private static final int X86_MAGIC_AT = 0x202;
  private static final int ARM64_MAGIC_AT = 0x38;

  private final String what;
  private final long length;
  private final ByteBuffer header;

  private ImageContent(String what, long length, ByteBuffer header) {
    this.what = what;
    this.length = length;
    this.header = header;
  }

  /**
   * Reads a file's beginning.
   *
   * @param what the image, for errors
   */
  static ImageContent of(Path file, String what) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    try (FileChannel channel = FileChannel.open(file)) {
      while (header.hasRemaining() && channel.read(header) >= 0) {
        // the next part
      }
      return new ImageContent(what, channel.size(), header.flip());
    }
  }

  /** The size of the disk in bytes; throws ImageException unless it is a disk of that format. */
  long requireDisk(Format format) throws ImageException {
    return switch (format) {
      case QCOW2 -> requireQcow2();
      case RAW -> requireRaw();
      case SEED_FOLDER -> throw new IllegalArgumentException("a folder is no image");
    };
  }

  private long requireRaw() throws ImageException {
    if (isQcow2()) {
      throw refused("it is a qcow2 image, not a raw one", "write format: qcow2");
    }
    Optional<String> other = knownKind();
    if (other.isPresent() || length == 0 || length % SECTOR != 0) {
      throw refused(
          other.orElse(length + " bytes are no whole number of sectors"),
          "give a raw disk, not packed");
    }
    return length;
  }

  private long requireQcow2() throws ImageException {
    if (!isQcow2()) {
      throw refused(
          knownKind().orElse("it does not begin as a qcow2 image does"),
          "give a qcow2 image, or write format: raw if it is a raw disk");
    }
    int version = header.getInt(VERSION);
    if ((version != 2 && version != 3) || header.limit() < QCOW2_HEADER) {
      throw refused("its qcow2 version is " + version, "give version 2 or 3");
    }
    long features = version == 3 ? header.getLong(INCOMPATIBLE) : 0;
    if (header.getLong(BACKING_OFFSET) != 0) {
      throw refused("it has a backing file, which could be any file of this host", flatten());
    }
    if ((features & EXTERNAL_DATA) != 0) {
      throw refused("its data is in another file, which could be any file of this host", flatten());
    }
    if ((features & ~HARMLESS) != 0) {
      throw refused("it needs features unknown here: 0x" + Long.toHexString(features), flatten());
    }
    if (header.getInt(CRYPT) != 0) {
      throw refused("it is encrypted", "decrypt it");
    }
    requireWhole();
    return header.getLong(SIZE);
  }

  /** A file that was cut off lacks the tables that its header points to. */
  private void requireWhole() throws ImageException {
    long tables =
        header.getLong(L1_OFFSET) + 8L * Integer.toUnsignedLong(header.getInt(L1_ENTRIES));
    long refcounts = header.getLong(REFCOUNT_OFFSET);
    if (tables > length || refcounts >= length || tables < 0 || refcounts < 0) {
      throw new ImageException(
          ImageException.Kind.TRUNCATED,
          what + " ends after " + length + " bytes, before its own tables",
          "copy it again, and give its sha256");
    }
  }

  /** Throws ImageException unless it is something that QEMU loads as a kernel. */
  void requireKernel() throws ImageException {
    boolean kernel =
        has(X86_MAGIC_AT, "HdrS") || has(ARM64_MAGIC_AT, "ARMd") || has(0, "\u007fELF");
    if (!kernel) {
      throw refused(knownKind().orElse("it is no Linux kernel"), "give a bzImage");
    }
  }

  /** Throws ImageException when it cannot be an initial root file system. */
  void requireInitrd() throws ImageException {
    if (length == 0 || isText()) {
      throw refused(knownKind().orElse("it is empty"), "give a cpio archive, packed or not");
    }
  }

  private boolean isQcow2() {
    return header.limit() >= 4 && header.getInt(0) == QCOW2_MAGIC;
  }

  private boolean isText() {
    String start = start(HEADER / 2).strip().toLowerCase(Locale.ROOT);
    return start.startsWith("<!doctype") || start.startsWith("<html") || start.startsWith("<?xml");
  }

  private Optional<String> knownKind() {
    if (length == 0) {
      return Optional.of("it is empty");
    }
    if (isText()) {
      return Optional.of("it is a web page");
    }
    if (has(0, "\u001f\u008b")) {
      return Optional.of("it is packed with gzip");
    }
    if (has(0, "\u00fd7zXZ")) {
      return Optional.of("it is packed with xz");
    }
    return has(0, "(\u00b5/\u00fd") ? Optional.of("it is packed with zstd") : Optional.empty();
  }

  private boolean has(int at, String magic) {
    return at + magic.length() <= header.limit() && text(at, magic.length()).equals(magic);
  }

  private String start(int bytes) {
    return text(0, Math.min(bytes, header.limit()));
  }

  private String text(int at, int bytes) {
    byte[] part = new byte[bytes];
    header.get(at, part);
    return new String(part, ISO_8859_1);
  }

  private static String flatten() {
    return "flatten it first: qemu-img convert -O qcow2 IMAGE FLAT";
  }

  private ImageException refused(String why, String remedy) {
    return new ImageException(ImageException.Kind.NOT_AN_IMAGE, what + ": " + why, remedy);
  }
}
