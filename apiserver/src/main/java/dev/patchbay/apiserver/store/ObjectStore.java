package dev.patchbay.apiserver.store;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * All objects. One resourceVersion rises over all of them; a write that returned survives a crash
 * and a loss of power; reads come from memory and see every write that returned.
 */
public final class ObjectStore implements AutoCloseable {
  /** How many changes are remembered for watches. */
  public static final int HISTORY = 20_000;

  private final ReentrantLock writing = new ReentrantLock();

  /** Held for moments only, so that a list never waits for the disk. */
  private final ReentrantLock publishing = new ReentrantLock();

  private final ConcurrentSkipListMap<ObjectKey, Stored> objects = new ConcurrentSkipListMap<>();
  private final ObjectFile file;
  private final History history;
  private volatile long version;

  private ObjectStore(ObjectFile file, int remembered) {
    this.file = file;
    this.version = file.lastVersion();
    this.history = new History(remembered, version);
    file.all().forEach(stored -> objects.put(stored.key(), stored));
  }

  /** Opens or makes a store; throws StoreException naming the file and what to do. */
  public static ObjectStore open(Path file) {
    return open(file, HISTORY);
  }

  /** The same with another length of history. */
  public static ObjectStore open(Path file, int remembered) {
    ObjectFile opened = ObjectFile.open(file);
    try {
      return new ObjectStore(opened, remembered);
    } catch (StoreException e) {
      opened.close();
      throw e;
    }
  }

  /**
   * What is listed.
   *
   * @param items in the order of their keys
   * @param version nothing that happened later is in it, and everything before is
   */
  public record Listing(List<Stored> items, long version) {}

  /** What a watch gets. */
  public sealed interface News {
    /**
     * What happened, perhaps nothing.
     *
     * @param changes oldest first
     * @param upTo ask for what comes after this version next
     * @param isEnd whether the store is being closed
     */
    record Changes(List<Change> changes, long upTo, boolean isEnd) implements News {}

    /**
     * It happened too long ago.
     *
     * @param oldest the first version that can be asked for
     */
    record Forgotten(long oldest) implements News {}
  }

  /** An object as it is. */
  public Optional<Stored> get(ObjectKey key) {
    return Optional.ofNullable(objects.get(key));
  }

  /** The objects of a resource, in one namespace or, where that is empty, in all. */
  public Listing list(String group, String plural, Optional<String> namespace) {
    publishing.lock();
    try {
      var from = new ObjectKey(group, plural, namespace.orElse(""), "");
      List<Stored> items =
          objects.tailMap(from).values().stream()
              .takeWhile(stored ->
                  stored.key().group().equals(group)
                      && stored.key().plural().equals(plural)
                      && namespace.map(stored.key().namespace()::equals).orElse(true))
              .toList();
      return new Listing(items, version);
    } finally {
      publishing.unlock();
    }
  }

  /** Every object. */
  public List<Stored> all() {
    return List.copyOf(objects.values());
  }

  /** The version of the last write. */
  public long version() {
    return version;
  }

  /**
   * Reads an object and writes what is decided, with nothing in between. What {@code decide} throws
   * is thrown, and nothing is written.
   *
   * @return the object afterwards; for a deletion its last state, with the version of the deletion
   */
  public Optional<Stored> change(ObjectKey key, Function<Optional<Stored>, Write> decide) {
    writing.lock();
    try {
      Optional<Stored> before = get(key);
      return switch (decide.apply(before)) {
        case Write.Keep _ -> before;
        case Write.Put(var object) -> Optional.of(put(key, before, object));
        case Write.Delete _ -> before.map(this::remove);
      };
    } finally {
      writing.unlock();
    }
  }

  private Stored put(ObjectKey key, Optional<Stored> before, ObjectNode object) {
    long number = version + 1;
    var after = new Stored(key, number, numbered(object, number));
    file.write(number, key, Optional.of(after.object()));
    publish(new Change(number, before, Optional.of(after)));
    return after;
  }

  private Stored remove(Stored before) {
    long number = version + 1;
    file.write(number, before.key(), Optional.empty());
    publish(new Change(number, Optional.of(before), Optional.empty()));
    return new Stored(before.key(), number, numbered(before.object().deepCopy(), number));
  }

  private void publish(Change change) {
    publishing.lock();
    try {
      change
          .after()
          .ifPresentOrElse(
              after -> objects.put(after.key(), after), () -> objects.remove(change.key()));
      version = change.version();
      history.add(change);
    } finally {
      publishing.unlock();
    }
  }

  private static ObjectNode numbered(ObjectNode object, long number) {
    object.withObjectProperty("metadata").put("resourceVersion", Long.toString(number));
    return object;
  }

  /** Whether the history still holds all that happened after a version. */
  public boolean remembers(long after) {
    return history.reaches(after);
  }

  /** What happened after a version; waits for something to happen, at most that long. */
  public News after(long seen, Duration patience) throws InterruptedException {
    return history.after(seen, patience);
  }

  /** Ends watches; every write that returned stays. */
  @Override
  public void close() {
    history.close();
    writing.lock();
    try {
      file.close();
    } finally {
      writing.unlock();
    }
  }
}
