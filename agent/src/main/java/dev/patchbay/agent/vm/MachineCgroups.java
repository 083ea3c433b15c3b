package dev.patchbay.agent.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cgroup per machine, beside the agent's own, so that who ends the agent's does not end machines.
 * Where cgroups cannot be made machines run without.
 *
 * @param mount where cgroup v2 is mounted; empty where it is not
 */
public record MachineCgroups(Optional<Path> mount) {
  private static final Logger LOG = LoggerFactory.getLogger(MachineCgroups.class);
  private static final String PARENT = "patchbay-vm";
  private static final Path MOUNTS = Path.of("/proc/self/mounts");

  /** Of this machine. */
  public static MachineCgroups here() throws IOException {
    for (String line : Files.readAllLines(MOUNTS)) {
      List<String> fields = List.of(line.split(" "));
      if (fields.size() > 2 && fields.get(2).equals("cgroup2")) {
        return new MachineCgroups(Optional.of(Path.of(fields.get(1))));
      }
    }
    return new MachineCgroups(Optional.empty());
  }

  /** A machine's cgroup, made if it is not there; empty where none can be made. */
  Optional<Path> ensure(String vm) {
    if (mount.isEmpty()) {
      return Optional.empty();
    }
    Path cgroup = mount.get().resolve(PARENT).resolve(vm);
    try {
      return Optional.of(Files.createDirectories(cgroup));
    } catch (IOException e) {
      LOG.info("Patchbay: machine {} stays in the agent's cgroup: {}", vm, e.toString());
      return Optional.empty();
    }
  }

  /** Takes a machine's cgroup away, which must be empty; absent is done. */
  void delete(String vm) {
    if (mount.isEmpty()) {
      return;
    }
    Path parent = mount.get().resolve(PARENT);
    try {
      Files.deleteIfExists(parent.resolve(vm));
    } catch (IOException e) {
      LOG.warn("Patchbay: cgroup {} stays: {}", parent.resolve(vm), e.toString());
    }
    try {
      Files.deleteIfExists(parent);
    } catch (IOException _) {
      // others are in it
    }
  }
}
