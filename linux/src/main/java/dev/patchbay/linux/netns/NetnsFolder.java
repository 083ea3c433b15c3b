package dev.patchbay.linux.netns;

import dev.patchbay.core.nic.Netns;
import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.KernelException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Namespaces that are bind-mounted in one folder, where {@code ip netns} sees them when it is
 * {@link NamedNetns#DEFAULT_FOLDER}.
 *
 * @param folder where; made when it is missing
 * @param prefix of the names of ours, so that strangers' are neither listed nor deleted
 */
public record NetnsFolder(Path folder, String prefix) implements NetnsKeeper {
  @Override
  public Netns ensure(String name) throws IOException {
    String file = prefix + name;
    Optional<Netns> there = find(file);
    if (there.isPresent()) {
      return there.get();
    }
    try {
      NamedNetns.delete(folder, file); // a file without a mount: an earlier boot's, or a crash's
      NamedNetns.create(folder, file);
    } catch (FileAlreadyExistsException _) {
      // another thread was quicker, which is as good
    }
    return find(file)
        .orElseThrow(() ->
            new IOException(
                "network namespace " + folder.resolve(file) + " is gone as soon as it is made"));
  }

  private Optional<Netns> find(String file) throws IOException {
    Path path = folder.resolve(file);
    try (NetnsHandle handle = NetnsHandle.open(path)) {
      return Optional.of(new Netns(path.toString(), handle.cookie()));
    } catch (NotNetnsException _) {
      return Optional.empty();
    } catch (KernelException e) {
      if (e.errno().equals(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void delete(String name) throws IOException {
    NamedNetns.delete(folder, prefix + name);
  }

  @Override
  public List<String> listed() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.startsWith(prefix))
          .map(file -> file.substring(prefix.length()))
          .sorted()
          .toList();
    }
  }
}
