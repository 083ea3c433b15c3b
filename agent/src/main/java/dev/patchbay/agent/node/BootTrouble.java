package dev.patchbay.agent.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the end of a machine's console says of a boot that came to nothing.
 *
 * @param reason one word
 * @param message for people, with what to do
 */
record BootTrouble(String reason, String message) {
  private static final int TAIL = 2048;

  /** Empty when it says nothing of the kind. */
  static Optional<BootTrouble> of(Path console) throws IOException {
    String tail = tail(console);
    if (tail.contains("No bootable device")) {
      return Optional.of(
          new BootTrouble(
              "NoBootableDevice",
              "the firmware finds nothing to boot on the image's disk; kubectl logs has its words;"
                  + " correct the image's entry in the table vm.images"));
    }
    if (tail.contains("Kernel panic - not syncing")) {
      return Optional.of(
          new BootTrouble(
              "KernelPanic",
              "the guest's kernel gave up; kubectl logs has its words; is its image whole, and has"
                  + " it memory enough (resources.limits.memory)?"));
    }
    return Optional.empty();
  }

  private static String tail(Path file) throws IOException {
    if (!Files.exists(file)) {
      return "";
    }
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer bytes = ByteBuffer.allocate(TAIL);
      int read = channel.read(bytes, Math.max(0, channel.size() - TAIL));
      return new String(bytes.array(), 0, Math.max(0, read), ISO_8859_1);
    }
  }
}
