package dev.patchbay.e2e.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/**
 * An initial root file system, written entry by entry in cpio's "newc" form (kernel:
 * Documentation/driver-api/early-userspace/buffer-format.rst).
 */
final class Initrd {
  private static final int FOLDER = 0040755;
  private static final int PROGRAM = 0100755;
  private static final int LINK = 0120777;
  private static final int ALIGNED = 4;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int inode;

  Initrd folders(String... paths) {
    for (String path : paths) {
      entry(path, FOLDER, new byte[0]);
    }
    return this;
  }

  /** A file that all may read and run. */
  Initrd file(String path, Path source) throws IOException {
    entry(path, PROGRAM, Files.readAllBytes(source));
    return this;
  }

  Initrd file(String path, String text) {
    entry(path, PROGRAM, text.getBytes(UTF_8));
    return this;
  }

  Initrd link(String path, String target) {
    entry(path, LINK, target.getBytes(UTF_8));
    return this;
  }

  /** Writes all of it, compressed. */
  void write(Path file) throws IOException {
    entry("TRAILER!!!", 0, new byte[0]);
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      bytes.writeTo(out);
    }
  }

  private void entry(String path, int mode, byte[] content) {
    byte[] name = (path + "\0").getBytes(UTF_8);
    int[] fields = {++inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0};
    StringBuilder header = new StringBuilder("070701");
    for (int field : fields) {
      header.append("%08X".formatted(field));
    }
    bytes.writeBytes(header.toString().getBytes(UTF_8));
    bytes.writeBytes(name);
    align();
    bytes.writeBytes(content);
    align();
  }

  private void align() {
    while (bytes.size() % ALIGNED != 0) {
      bytes.write(0);
    }
  }
}
