package dev.patchbay.agent.vpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.cni.json.Json;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.vpc.InvalidObjectException;
import dev.patchbay.vpc.Key;
import dev.patchbay.vpc.StoreAwayException;
import dev.patchbay.vpc.Stored;
import dev.patchbay.vpc.VpcObject;
import dev.patchbay.vpc.VpcStore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * VPCs, subnets and ports of a node without an API: a file each, as one would apply it, under
 * {@code <folder>/<plural>/<namespace>/<name>.yaml}; what the provider knows of it is beside it in
 * {@code <name>.status}. One agent writes here; people may add, change and remove files.
 */
public final class FolderVpcStore implements VpcStore {
  private static final Logger LOG = LoggerFactory.getLogger(FolderVpcStore.class);
  private static final YAMLMapper YAML = YAMLMapper.shared();
  private static final String SPEC = ".yaml";
  private static final String STATUS = ".status";

  private final Path folder;
  private final ReentrantLock lock = new ReentrantLock();

  /** A store below that folder, which is made when the first object is. */
  public FolderVpcStore(Path folder) {
    this.folder = folder;
  }

  @Override
  public <T extends VpcObject> Optional<Stored<T>> get(Class<T> kind, Key key) {
    return locked(() -> read(kind, key));
  }

  @Override
  public <T extends VpcObject> List<Stored<T>> list(Class<T> kind, String namespace) {
    return locked(() -> {
      Path kinds = folder.resolve(VpcTree.resource(kind).plural());
      List<Stored<T>> all = new ArrayList<>();
      for (Path space : namespace.isEmpty() ? files(kinds) : List.of(kinds.resolve(namespace))) {
        for (Path file : files(space)) {
          String name = String.valueOf(file.getFileName());
          if (name.endsWith(SPEC)) {
            String bare = name.substring(0, name.length() - SPEC.length());
            add(all, kind, new Key(String.valueOf(space.getFileName()), bare));
          }
        }
      }
      return all;
    });
  }

  private <T extends VpcObject> void add(List<Stored<T>> all, Class<T> kind, Key key)
      throws IOException {
    try {
      read(kind, key).ifPresent(all::add);
    } catch (InvalidObjectException e) {
      LOG.warn("Patchbay: {}; it is passed over", e.getMessage());
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private <T extends VpcObject> Optional<Stored<T>> read(Class<T> kind, Key key)
      throws IOException {
    Optional<String> spec = text(file(kind, key, SPEC));
    if (spec.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> status = text(file(kind, key, STATUS));
    ObjectNode tree = parsed(spec.get(), kind, key);
    tree.set("metadata", VpcTree.metadata(key));
    tree.set(
        "status", status.<JsonNode>map(text -> parsed(text, kind, key)).orElseGet(Json::newObject));
    String version = spec.get() + "\0" + status.orElse("");
    return Optional.of(new Stored<>(VpcTree.read(kind, tree), version));
  }

  private static ObjectNode parsed(String text, Class<? extends VpcObject> kind, Key key) {
    try {
      if (YAML.readTree(text) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      throw invalid(kind, key, e.getOriginalMessage());
    }
    throw invalid(kind, key, "is no object");
  }

  private static InvalidObjectException invalid(
      Class<? extends VpcObject> kind, Key key, String problem) {
    String what = VpcTree.resource(kind).kind();
    return new InvalidObjectException(
        new AttachFailure.InvalidField(
            what, key.toString(), what + " " + key + ": " + problem, "correct the file"));
  }

  @Override
  public boolean create(VpcObject object) {
    return locked(() -> {
      Path file = file(object.getClass(), object.key(), SPEC);
      if (Files.exists(file)) {
        return false;
      }
      Files.deleteIfExists(file(object.getClass(), object.key(), STATUS));
      write(file, YAML.writeValueAsString(VpcTree.spec(object)));
      return true;
    });
  }

  @Override
  public <T extends VpcObject> boolean update(Stored<T> changed) {
    return locked(() -> {
      VpcObject object = changed.object();
      boolean same =
          read(object.getClass(), object.key())
              .filter(now -> now.version().equals(changed.version()))
              .isPresent();
      if (same) {
        write(
            file(object.getClass(), object.key(), STATUS),
            YAML.writeValueAsString(VpcTree.status(object)));
      }
      return same;
    });
  }

  @Override
  public void delete(VpcObject object) {
    locked(() -> {
      Files.deleteIfExists(file(object.getClass(), object.key(), SPEC));
      Files.deleteIfExists(file(object.getClass(), object.key(), STATUS));
      return true;
    });
  }

  private Path file(Class<? extends VpcObject> kind, Key key, String suffix) {
    for (String part : List.of(key.namespace(), key.name())) {
      if (part.isEmpty() || part.startsWith(".") || part.indexOf('/') >= 0) {
        throw invalid(kind, key, "is no name of a file");
      }
    }
    return folder
        .resolve(VpcTree.resource(kind).plural())
        .resolve(key.namespace())
        .resolve(key.name() + suffix);
  }

  private static Optional<String> text(Path file) throws IOException {
    try {
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /** A loss of power leaves the old file or the new one. */
  private static void write(Path file, String text) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
    Files.writeString(fresh, text, UTF_8);
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  @FunctionalInterface
  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> T locked(Work<T> work) {
    lock.lock();
    try {
      return work.run();
    } catch (IOException e) {
      throw new StoreAwayException(folder + ": " + e, e);
    } finally {
      lock.unlock();
    }
  }
}
