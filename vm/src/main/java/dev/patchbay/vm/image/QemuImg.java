package dev.patchbay.vm.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.vm.qemu.QemuMachine.Disk.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * QEMU's program for images, always with the same arguments: none comes from a user but a number.
 *
 * @param program such as {@code /usr/bin/qemu-img}
 * @param limit how long it may take
 */
record QemuImg(Path program, Duration limit) {
  /**
   * Makes a disk that begins as another one is and keeps what is written for itself.
   *
   * @param below an absolute path, which QEMU never takes for an address
   * @param bytes its size
   */
  void overlay(Path below, Format format, Path overlay, long bytes) throws IOException {
    Path fresh = overlay.resolveSibling("." + overlay.getFileName() + ".new");
    Path said = overlay.resolveSibling("." + overlay.getFileName() + ".log");
    try {
      run(
          said,
          List.of(
              program.toString(),
              "create",
              "-q",
              "-f",
              "qcow2",
              // never guessed: a raw disk's guest could write a header that names other files
              "-F",
              format.name().toLowerCase(Locale.ROOT),
              "-b",
              below.toString(),
              "--",
              fresh.toString(),
              String.valueOf(bytes)));
      Files.move(fresh, overlay, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
      Files.deleteIfExists(said);
    }
  }

  private void run(Path said, List<String> argv) throws IOException {
    if (!Files.isExecutable(program)) {
      throw new ImageException(
          ImageException.Kind.TOOL, program + " is missing", "install qemu-utils");
    }
    Process process =
        new ProcessBuilder(argv).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ImageException(
            ImageException.Kind.TOOL,
            program + " took longer than " + limit.toSeconds() + " s",
            "look at the disk's load");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + program + " ran", e);
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      String words = new String(Files.readAllBytes(said), UTF_8).strip();
      throw new ImageException(
          words.contains("No space left") ? ImageException.Kind.NO_SPACE : ImageException.Kind.TOOL,
          program + " failed: " + words,
          "see its words");
    }
  }
}
