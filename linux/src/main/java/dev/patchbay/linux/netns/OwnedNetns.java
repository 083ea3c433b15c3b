package dev.patchbay.linux.netns;

import dev.patchbay.core.nic.Netns;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Namespaces of a folder that several agents of a machine may share: each lists only those that it
 * made itself, of which it keeps a list of its own.
 *
 * @param all the folder
 * @param ours a folder with an empty file per name, which outlives a restart
 */
public record OwnedNetns(NetnsKeeper all, Path ours) implements NetnsKeeper {
  @Override
  public Netns ensure(String name) throws IOException {
    Files.createDirectories(ours);
    try {
      // Listed first: what a crash leaves is then known to be ours.
      Files.createFile(ours.resolve(name));
    } catch (FileAlreadyExistsException _) {
      // ours already
    }
    return all.ensure(name);
  }

  @Override
  public void delete(String name) throws IOException {
    all.delete(name);
    Files.deleteIfExists(ours.resolve(name));
  }

  @Override
  public List<String> listed() throws IOException {
    if (!Files.isDirectory(ours)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(ours)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
