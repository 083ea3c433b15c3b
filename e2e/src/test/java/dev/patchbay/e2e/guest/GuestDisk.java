package dev.patchbay.e2e.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.e2e.Command;
import dev.patchbay.e2e.Lab;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The guest's disk: busybox and the few real tools that tests and plugins run, a Java, our
 * distribution, the reference plugins and the tests themselves. It is written without mounting.
 */
final class GuestDisk {
  private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x[0-9a-f]+\\)");

  /** Busybox's own would be taken for these, which can do less. */
  private static final Set<String> NOT_BUSYBOX =
      Set.of("busybox", "sh", "ash", "ip", "nsenter", "tc", "init");

  private static final List<String> TOOLS =
      List.of("ip", "bridge", "tc", "nft", "nsenter", "busybox");

  private static final List<String> PLUGINS =
      List.of("bridge", "host-device", "host-local", "loopback", "static");

  private static final String SIZE = "1500M";

  private final Path staging;

  private GuestDisk(Path staging) {
    this.staging = staging;
  }

  /**
   * Writes the disk.
   *
   * @param folder for the image and what goes into it
   * @param plugins the reference plugins
   * @param boots the tests of each boot, as {@link TestsInGuest} is told them
   */
  static Path write(Path folder, Path plugins, List<List<String>> boots) throws IOException {
    GuestDisk disk = new GuestDisk(Files.createDirectories(folder.resolve("disk")));
    disk.system();
    disk.product(plugins);
    disk.tests(boots);
    Path image = folder.resolve("disk.img");
    Command.of(
            "mke2fs",
            "-q",
            "-t",
            "ext4",
            "-E",
            "root_owner=0:0",
            "-d",
            disk.staging.toString(),
            image.toString(),
            SIZE)
        .output();
    return image;
  }

  private void system() throws IOException {
    for (String path :
        List.of("bin", "usr/bin", "usr/sbin", "proc", "sys", "dev", "run", "etc", "root", "lab")) {
      Files.createDirectories(staging.resolve(path));
    }
    Files.createDirectories(staging.resolve("tmp"));
    Files.createDirectories(staging.resolve("var"));
    Files.createSymbolicLink(staging.resolve("var/run"), Path.of("/run"));
    write("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
    write("etc/group", "root:x:0:\n");
    write("etc/hostname", "guest\n");
    for (String tool : TOOLS) {
      program(installed(tool), "usr/bin/" + tool);
    }
    // busybox's shell takes its own applets before those on the path
    program(installed("dash"), "bin/sh");
    for (String applet : Command.of("busybox", "--list").run().orFail().lines()) {
      Path link = staging.resolve("bin").resolve(applet);
      if (!NOT_BUSYBOX.contains(applet)) {
        Files.createSymbolicLink(link, Path.of("/usr/bin/busybox"));
      }
    }
  }

  private void product(Path plugins) throws IOException {
    Path root = Lab.root();
    Path dist = root.resolve("cli/target/dist");
    copy(dist, "lab/root/cli/target/dist", file -> !file.toString().endsWith(".aot"));
    copy(root.resolve("shim/target/patchbay-shim"), "lab/root/shim/target/patchbay-shim");
    write("lab/root/e2e/lab-tools", "#!/bin/sh\necho /lab/plugins\n");
    for (String plugin : PLUGINS) {
      copy(plugins.resolve(plugin), "lab/plugins/" + plugin);
    }
    Path java = GuestJava.runtime();
    copy(java, "lab/java", _ -> true);
    for (String program : List.of("bin/java", "lib/libnet.so", "lib/libnio.so", "lib/libjava.so")) {
      libraries(java.resolve(program));
    }
    libraries(java.resolve("lib/server/libjvm.so"));
  }

  private void tests(List<List<String>> boots) throws IOException {
    List<String> classPath = new ArrayList<>();
    List<String> entries =
        new ArrayList<>(
            List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1)));
    entries.add(Lab.root().resolve("linux/target/test-classes").toString());
    for (String entry : entries) {
      Path source = Path.of(entry);
      if (Files.exists(source)) {
        String place = "lab/tests/" + classPath.size() + "-" + source.getFileName();
        copy(source, place, _ -> true);
        classPath.add("/" + place);
      }
    }
    write("lab/class-path", String.join(":", classPath));
    for (int boot = 0; boot < boots.size(); boot++) {
      write("lab/tests." + boot, String.join("\n", boots.get(boot)));
    }
    write("lab/boots", "0");
    write("lab/boot", GuestScripts.BOOT.text());
  }

  private void write(String path, String text) throws IOException {
    Path file = staging.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, UTF_8);
    Command.of("chmod", "755", file.toString()).output();
  }

  /** A program of this machine and the libraries that it is linked to, where it looks for them. */
  private void program(Path source, String path) throws IOException {
    copy(source, path);
    libraries(source);
  }

  private void libraries(Path program) throws IOException {
    for (String line : Command.of("ldd", program.toString()).run().lines()) {
      var library = LIBRARY.matcher(line);
      if (library.find() && !library.group(1).startsWith(GuestJava.runtime().toString())) {
        copy(Path.of(library.group(1)), library.group(1).substring(1));
      }
    }
  }

  private static Path installed(String tool) {
    return Stream.of("/usr/bin", "/usr/sbin", "/bin", "/sbin")
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new AssertionError(tool + " is not installed: e2e/lab-tools packages"));
  }

  private void copy(Path source, String path) throws IOException {
    Path target = staging.resolve(path);
    Files.createDirectories(target.getParent());
    Files.copy(
        source, target, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
  }

  private void copy(Path source, String path, java.util.function.Predicate<Path> wanted)
      throws IOException {
    List<Path> all;
    try (Stream<Path> tree = Files.walk(source)) {
      all = tree.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)).toList();
    }
    for (Path file : all.stream().filter(wanted).toList()) {
      Path target = staging.resolve(path).resolve(source.relativize(file).toString()).normalize();
      Files.createDirectories(target.getParent());
      Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    }
  }
}
