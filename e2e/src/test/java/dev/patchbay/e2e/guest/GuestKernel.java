package dev.patchbay.e2e.guest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Debian's kernel for virtual machines, as unpacked from its package.
 *
 * @param image what QEMU boots
 * @param modules by name, with underscores as {@code lsmod} writes them
 */
record GuestKernel(Path image, Map<String, Path> modules) {
  private static final Pattern DEPENDS = Pattern.compile("\0depends=([^\0]*)\0");
  private static final int KO = ".ko".length();

  /** Reads an unpacked package. */
  static GuestKernel in(Path unpacked) throws IOException {
    Map<String, Path> modules = new LinkedHashMap<>();
    try (Stream<Path> all = Files.walk(unpacked.resolve("lib/modules"))) {
      all.filter(file -> file.toString().endsWith(".ko"))
          .forEach(file -> modules.put(name(file), file));
    }
    try (Stream<Path> boot = Files.list(unpacked.resolve("boot"))) {
      Path image =
          boot.filter(file -> file.getFileName().toString().startsWith("vmlinuz-"))
              .findFirst()
              .orElseThrow(() -> new IOException("no vmlinuz in " + unpacked));
      return new GuestKernel(image, Map.copyOf(modules));
    }
  }

  /**
   * The files of these modules and all that they need, in the order in which they can be loaded.
   * What is built into the kernel is left out.
   */
  Collection<Path> inOrder(List<String> names) throws IOException {
    Map<String, Path> found = new LinkedHashMap<>();
    for (String name : names) {
      collect(name, found);
    }
    return found.values();
  }

  private void collect(String name, Map<String, Path> found) throws IOException {
    Path file = modules.get(name);
    if (file == null || found.containsKey(name)) {
      return;
    }
    Matcher depends = DEPENDS.matcher(Files.readString(file, ISO_8859_1));
    if (depends.find()) {
      for (String needed : depends.group(1).split(",", -1)) {
        collect(needed.replace('-', '_'), found);
      }
    }
    found.put(name, file);
  }

  private static String name(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - KO).replace('-', '_');
  }
}
