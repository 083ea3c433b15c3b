package dev.patchbay.agent.cluster;

import dev.patchbay.cni.json.Json;
import dev.patchbay.kube.client.KubeFailure;
import dev.patchbay.kube.client.KubeListener;
import dev.patchbay.kube.client.KubeName;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The node's own copy of the cluster's NetworkAttachmentDefinitions, one file each: pods are
 * started from it, whether the API is there or not, and a restarted agent has it at once.
 */
final class DefinitionCopies implements KubeListener {
  private static final Logger LOG = LoggerFactory.getLogger(DefinitionCopies.class);
  private static final String ENDING = ".json";

  private final Path folder;

  /** Copies into a folder that is its alone. */
  DefinitionCopies(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  @Override
  public void changed(ObjectNode object) {
    Path file = file(KubeName.of(object));
    // of no ending that is read: half a network must not count as a second one
    Path fresh = file.resolveSibling(file.getFileName() + ".fresh");
    try {
      Files.write(fresh, Json.bytes(essence(object)));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.error("Patchbay: network {} cannot be kept: {}", KubeName.of(object), e.toString());
    }
  }

  @Override
  public void deleted(ObjectNode last) {
    delete(file(KubeName.of(last)));
  }

  @Override
  public void interrupted(KubeFailure why) {
    LOG.warn(
        "Patchbay: the cluster's networks cannot be watched, those known are used: {}",
        why.message());
  }

  /** Removes the copies of what went while nobody watched. */
  void keepOnly(Collection<KubeName> there) throws IOException {
    Set<Path> kept = there.stream().map(this::file).collect(Collectors.toSet());
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ENDING)) {
      for (Path file : files) {
        if (!kept.contains(file)) {
          delete(file);
        }
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.error("Patchbay: {} cannot be removed: {}", file, e.toString());
    }
  }

  /** Without what others have noted on it, which is of any length. */
  private static ObjectNode essence(ObjectNode object) {
    ObjectNode copy = object.deepCopy();
    ObjectNode metadata = copy.withObject("metadata");
    metadata.remove("managedFields");
    metadata.withObject("annotations").remove("kubectl.kubernetes.io/last-applied-configuration");
    return copy;
  }

  // no name of Kubernetes has an underscore, so no two definitions share a file
  private Path file(KubeName name) {
    return folder.resolve(name.namespace() + "_" + name.name() + ENDING);
  }
}
