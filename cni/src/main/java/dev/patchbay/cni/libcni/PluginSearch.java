package dev.patchbay.cni.libcni;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds plugins by type: the first regular, executable file of that name in a list of folders.
 *
 * @param root where the file system of the plugins is seen from here: {@code /}, or the host's root
 *     for an agent in a container
 * @param excluded folders that are never searched nor passed on: our own bin folder, where the
 *     names of plugins are links to our shim
 */
public record PluginSearch(Path root, Set<Path> excluded) {
  private static final int SHOWN = 60;

  /** Copies the set. */
  public PluginSearch {
    excluded = excluded.stream().map(PluginSearch::real).collect(Collectors.toUnmodifiableSet());
  }

  /** Searches this machine's folders, but for the excluded ones. */
  public static PluginSearch excluding(Path... excluded) {
    return new PluginSearch(Path.of("/"), Set.of(excluded));
  }

  /** The folders that are left when the excluded ones are taken out. */
  public List<String> folders(List<String> path) {
    return path.stream()
        .filter(folder -> !folder.isEmpty() && !excluded.contains(real(seen(folder))))
        .toList();
  }

  /** The plugin's path, as its own file system has it. */
  public Optional<Path> find(String type, List<String> path) {
    return folders(path).stream()
        .filter(folder -> isPlugin(seen(folder).resolve(type)))
        .map(folder -> Path.of(folder).resolve(type))
        .findFirst();
  }

  /** The names of the plugins that are there, for error texts. */
  public List<String> present(List<String> path) {
    return folders(path).stream()
        .flatMap(folder -> plugins(seen(folder)).stream())
        .distinct()
        .sorted()
        .limit(SHOWN)
        .toList();
  }

  private static List<String> plugins(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(PluginSearch::isPlugin)
          .map(file -> file.getFileName().toString())
          .toList();
    } catch (IOException _) {
      return List.of(); // what cannot be listed has no plugins for us
    }
  }

  private Path seen(String folder) {
    Path path = Path.of(folder);
    return path.isAbsolute() ? root.resolve(path.toString().substring(1)) : path;
  }

  private static boolean isPlugin(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  private static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException _) {
      return folder.toAbsolutePath().normalize(); // it is not there, so nothing is found in it
    }
  }
}
