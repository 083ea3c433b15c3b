package dev.patchbay.vm.machine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where one machine keeps its things: what must survive a boot, and its sockets.
 *
 * @param vm the machine's id
 * @param state disks, logs and what it was started with
 * @param run sockets; its path is short, since a socket's may have 107 bytes only
 */
public record MachineFolder(String vm, Path state, Path run) {
  private static final String OURS = "rwx--x--x";
  private static final String ITS_OWN = "rwx------";

  /** The machine of that id below two folders that are common to all. */
  public static MachineFolder below(Path states, Path runs, String vm) {
    return new MachineFolder(vm, states.resolve(vm), runs.resolve(vm));
  }

  /** The ids of all machines of which something is kept there, sorted. */
  public static List<String> listed(Path states) throws IOException {
    try (Stream<Path> all = Files.list(states)) {
      return all.filter(path -> Files.exists(path.resolve("machine.json")))
          .map(path -> path.getFileName().toString())
          .sorted()
          .toList();
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  /** What the serial console said. */
  public Path consoleLog() {
    return state.resolve("console.log");
  }

  /** What QEMU itself said since it was started. */
  public Path log() {
    return state.resolve("qemu.log");
  }

  private Path record() {
    return state.resolve("machine.json");
  }

  /** Makes both folders, which belong to the machine's user. */
  public void create(MachineUser user) throws IOException {
    for (Path folder : List.of(state, run)) {
      Files.createDirectories(folder.toAbsolutePath().getParent());
      Files.setPosixFilePermissions(
          folder.toAbsolutePath().getParent(), PosixFilePermissions.fromString(OURS));
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(ITS_OWN));
      user.own(folder);
    }
  }

  /** What the machine was started with last; empty when it never was. */
  public Optional<MachineRecord> read() throws IOException {
    try {
      return Optional.of(
          JsonMapper.shared().readValue(Files.readString(record()), MachineRecord.class));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (JacksonException e) {
      throw new IOException(record() + " cannot be read: " + e.getOriginalMessage(), e);
    }
  }

  /** Keeps what the machine is started with; how its former life ended is forgotten. */
  void write(MachineRecord now) throws IOException {
    Files.deleteIfExists(end());
    write(record(), now);
  }

  /** How the machine's last life ended; empty while it runs, or when nobody saw it end. */
  Optional<MachineEnd> readEnd() throws IOException {
    try {
      return Optional.of(JsonMapper.shared().readValue(Files.readString(end()), MachineEnd.class));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (JacksonException e) {
      throw new IOException(end() + " cannot be read: " + e.getOriginalMessage(), e);
    }
  }

  /** Keeps how it ended. */
  void write(MachineEnd how) throws IOException {
    write(end(), how);
  }

  private static void write(Path file, Object value) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(fresh, JsonMapper.shared().writeValueAsString(value));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private Path end() {
    return state.resolve("end.json");
  }

  /** Ends the machine's process, if one runs, without asking it (SIGKILL). */
  public void kill() throws IOException {
    Optional<MachineRecord> record = read();
    Optional<ProcessIdentity> process =
        record.isPresent() ? record.get().process() : Optional.empty();
    if (process.isPresent()) {
      process.get().end();
    }
  }

  /** Takes the sockets of an earlier life away, which QEMU would stumble over. */
  void clearSockets() throws IOException {
    if (!Files.isDirectory(run)) {
      return;
    }
    try (DirectoryStream<Path> sockets = Files.newDirectoryStream(run, "*.sock")) {
      for (Path socket : sockets) {
        Files.deleteIfExists(socket);
      }
    }
  }

  /** Takes everything away; twice is once. */
  public void delete() throws IOException {
    // what tells that there is a machine goes last, so that a crash in between is made good
    for (Path folder : List.of(run, state)) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.walk(folder)) {
          for (Path file :
              files
                  .filter(path -> !path.equals(record()) && !path.equals(folder))
                  .sorted(Comparator.reverseOrder())
                  .toList()) {
            Files.deleteIfExists(file);
          }
        }
      }
    }
    Files.deleteIfExists(record());
    Files.deleteIfExists(run);
    Files.deleteIfExists(state);
  }
}
