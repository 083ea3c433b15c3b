package dev.patchbay.cni.conf;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * A folder of network configurations such as {@code /etc/cni/net.d}, as it was when it was read:
 * {@code *.conflist} first, then {@code *.conf} and {@code *.json}, each by name. The first file of
 * a network's name counts. One bad file does not hide the others.
 *
 * @param networks what could be read, in that order
 * @param problems one refusal per file that could not be read or does not count, naming it
 */
public record ConfFolder(List<NetworkConf> networks, List<CniError> problems) {
  private static final List<String> SINGLE = List.of(".conf", ".json");

  /** Copies both lists. */
  public ConfFolder {
    networks = List.copyOf(networks);
    problems = List.copyOf(problems);
  }

  /** The network of that name. */
  public Optional<NetworkConf> network(String name) {
    return networks.stream().filter(network -> network.name().value().equals(name)).findFirst();
  }

  /** Reads the folder; a missing one has no networks. Subfolders are read only as chains. */
  public static ConfFolder read(Path folder) {
    List<NetworkConf> networks = new ArrayList<>();
    List<CniError> problems = new ArrayList<>();
    try {
      for (Path file : candidates(folder)) {
        add(folder, file, networks, problems);
      }
    } catch (CniException e) {
      problems.add(e.error());
    }
    return new ConfFolder(networks, problems);
  }

  private static void add(
      Path folder, Path file, List<NetworkConf> networks, List<CniError> problems) {
    try {
      NetworkConf read =
          ConfParser.parse(
              object(file), file.toString(), name -> chain(folder.resolve(name.value())));
      Optional<NetworkConf> first =
          networks.stream().filter(other -> other.name().equals(read.name())).findFirst();
      if (first.isPresent()) {
        throw CniException.of(
            CniError.INVALID_NETWORK_CONFIG,
            file
                + ": name \""
                + read.name()
                + "\" is taken by "
                + first.get().origin()
                + ", which counts; rename or remove one");
      }
      networks.add(read);
    } catch (CniException e) {
      problems.add(e.error());
    }
  }

  private static List<Path> candidates(Path folder) {
    List<Path> files = new ArrayList<>(files(folder, List.of(".conflist")));
    files.addAll(files(folder, SINGLE));
    return files;
  }

  // A network's own folder adds plugins to the end of its list: *.conf only, one plugin each.
  private static List<PluginConf> chain(Path folder) {
    return files(folder, List.of(".conf")).stream()
        .map(file -> PluginConf.of(object(file), file.toString()))
        .toList();
  }

  private static List<Path> files(Path folder, List<String> endings) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> endings.stream().anyMatch(file.toString()::endsWith))
          .filter(file -> !Files.isDirectory(file))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new CniException(
          CniError.of(CniError.IO_FAILURE, "cannot list " + folder + ": " + e), e);
    }
  }

  private static ObjectNode object(Path file) {
    if (!Files.isRegularFile(file)) {
      throw CniException.of(CniError.IO_FAILURE, "cannot read " + file + ": not a regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      // One byte more than is allowed, so that the reader sees that it is too long.
      return Json.object(in.readNBytes(Json.MAX_BYTES + 1), file.toString());
    } catch (IOException e) {
      throw new CniException(CniError.of(CniError.IO_FAILURE, "cannot read " + file + ": " + e), e);
    }
  }
}
