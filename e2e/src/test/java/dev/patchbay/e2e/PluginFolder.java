package dev.patchbay.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder of CNI plugins of which each records its calls: reference plugins under their own names,
 * and stand-ins for calico and flannel, which are not packaged.
 */
final class PluginFolder {
  private final Lab lab;
  private final ReferencePlugins reference;
  private final Path bin;
  private final Path calls;
  private final Path leases;

  PluginFolder(Lab lab, String name, ReferencePlugins reference) {
    this.lab = lab;
    this.reference = reference;
    this.bin = lab.dir(name, "bin");
    this.calls = lab.dir(name, "calls");
    this.leases = lab.dir(name, "leases");
  }

  Path bin() {
    return bin;
  }

  /** Where the stand-ins keep their address reservations. */
  Path leases() {
    return leases;
  }

  /** Links reference plugins into the folder, behind a recorder. */
  PluginFolder recording(String... types) {
    for (String type : types) {
      recorder(type, reference.plugin(type));
    }
    return this;
  }

  /** Links reference plugins into the folder as they are. */
  PluginFolder plain(String... types) {
    for (String type : types) {
      try {
        Files.createSymbolicLink(bin.resolve(type), reference.plugin(type));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return this;
  }

  /** Adds the stand-ins {@code calico} (MTU 1500) and {@code flannel} (MTU 1450). */
  PluginFolder standIns() {
    for (String type : List.of("calico", "flannel")) {
      Path script = lab.dir("stand-ins").resolve(type);
      executable(script, text(type + ".sh"));
      recorder(type, script);
    }
    return this;
  }

  /** Makes every further ADD of a plugin fail with a CNI error, as a broken network would. */
  void breakDown(String type) {
    recorder(type, broken(type));
  }

  /** Makes every further ADD of a reference plugin wait for {@link #release}. */
  void hold(String type) {
    hold(type, reference.plugin(type));
  }

  /** Makes every further ADD of a plugin wait for {@link #release} and fail then. */
  void holdAndBreakDown(String type) {
    hold(type, broken(type));
  }

  /** Whether an ADD waits, or has waited. */
  boolean isHeld() {
    return Files.exists(calls.resolve("held"));
  }

  /** Lets a held ADD, and all that come after it, go on. */
  void release(String type) {
    lab.write(calls.resolve("released"), "");
    recorder(type, reference.plugin(type));
  }

  /** The recorded calls of every plugin, oldest first. */
  List<PluginCall> calls() {
    try (Stream<Path> all = Files.list(calls)) {
      return all.filter(path -> path.toString().endsWith(".done"))
          .sorted()
          .map(this::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The recorded calls of one plugin and command, oldest first. */
  List<PluginCall> calls(String type, String command) {
    return calls().stream()
        .filter(call -> call.type().equals(type) && call.command().equals(command))
        .toList();
  }

  private void hold(String type, Path then) {
    Path script = lab.dir("stand-ins").resolve(type + ".held");
    executable(script, text("hold.sh").replace("@HELD@", then.toString()));
    recorder(type, script);
  }

  private Path broken(String type) {
    Path script = lab.dir("stand-ins").resolve(type + ".broken");
    executable(script, text("broken.sh"));
    return script;
  }

  private void recorder(String type, Path real) {
    executable(
        bin.resolve(type),
        text("record.sh").replace("@TYPE@", type).replace("@REAL@", real.toString()));
  }

  private String text(String resource) {
    try (InputStream in =
        Objects.requireNonNull(PluginFolder.class.getResourceAsStream("/lab/" + resource))) {
      return new String(in.readAllBytes(), UTF_8)
          .replace("@CALLS@", calls.toString())
          .replace("@LEASES@", leases.toString())
          .replace("@PLUGINS@", reference.folder().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void executable(Path file, String text) {
    Path fresh = lab.write(lab.dir("stand-ins").resolve("fresh"), text);
    try {
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private PluginCall read(Path done) {
    String call = done.toString().substring(0, done.toString().length() - ".done".length());
    String[] typeAndCode = slurp(done).strip().split(" ", 2);
    Map<String, String> env =
        slurp(Path.of(call + ".env"))
            .lines()
            .map(line -> line.split("=", 2))
            .collect(
                Collectors.toMap(
                    pair -> pair[0], pair -> pair[1], (a, _) -> a, LinkedHashMap::new));
    return new PluginCall(
        typeAndCode[0],
        env,
        slurp(Path.of(call + ".in")),
        slurp(Path.of(call + ".out")),
        Integer.parseInt(typeAndCode[1]));
  }

  private static String slurp(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
