package dev.patchbay.kube.dialect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The three configuration files of Virtlet's guide to CNI-Genie, byte for byte. */
final class SeedFiles {
  static final List<String> NAMES =
      List.of("00-genie.conf", "10-calico.conf", "10-flannel.conflist");

  private SeedFiles() {}

  static void copyTo(Path folder) throws IOException {
    for (String name : NAMES) {
      Files.write(folder.resolve(name), bytes(name));
    }
  }

  static byte[] bytes(String name) throws IOException {
    try (InputStream in = SeedFiles.class.getResourceAsStream("/seed004/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
