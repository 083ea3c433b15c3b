package dev.patchbay.agent.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Our CNI configuration and plugin in the folders of a containerd that was there before us, and the
 * way back: what we put there is listed in a file of ours, and only that is taken away.
 *
 * @param confDir the runtime's folder of configurations
 * @param binDir the runtime's folder of plugins
 * @param shim our plugin
 * @param list what was put where, one path a line
 */
record InstalledCni(Path confDir, Path binDir, Path shim, Path list) {
  private static final List<String> PLUGINS = List.of("patchbay", "loopback");

  /**
   * Puts them there; does nothing where they are.
   *
   * @throws IOException naming a configuration of our name that somebody else wrote
   */
  void install(String conf) throws IOException {
    Files.createDirectories(confDir);
    Files.createDirectories(binDir);
    Path file = confDir.resolve(PodNetwork.FILE);
    if (Files.exists(file) && !Files.readString(file).contains(PodNetwork.NAME)) {
      throw new IOException(
          file + " is there and is not ours; move it away, then run patchbay up again");
    }
    List<String> put = new ArrayList<>();
    for (String plugin : PLUGINS) {
      Path target = binDir.resolve(plugin);
      // A plugin that somebody else put there stays.
      if (!Files.exists(target) || listed(target)) {
        put.add(target.toString());
      }
    }
    put.add(file.toString());
    // Listed first: what a crash leaves is then known to be ours.
    Files.write(list, put);
    for (String path : put.subList(0, put.size() - 1)) {
      Path fresh = Path.of(path + ".new");
      Files.copy(shim, fresh, StandardCopyOption.REPLACE_EXISTING);
      Files.move(fresh, Path.of(path), StandardCopyOption.ATOMIC_MOVE);
    }
    Path fresh = confDir.resolve("." + PodNetwork.FILE + ".new");
    Files.writeString(fresh, conf);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Takes away what {@link #install} put there, the configuration first.
   *
   * @param used whether a runtime will call the plugin for a container that runs; it stays then,
   *     and goes the next time
   */
  void remove(boolean used) throws IOException {
    if (!Files.exists(list)) {
      return;
    }
    List<String> put = Files.readAllLines(list);
    Files.deleteIfExists(Path.of(put.getLast()));
    if (used) {
      return;
    }
    for (String path : put) {
      Files.deleteIfExists(Path.of(path));
    }
    Files.delete(list);
  }

  /** Whether something of ours is there. */
  boolean isThere() {
    return Files.exists(list);
  }

  private boolean listed(Path target) throws IOException {
    return Files.exists(list) && Files.readAllLines(list).contains(target.toString());
  }
}
