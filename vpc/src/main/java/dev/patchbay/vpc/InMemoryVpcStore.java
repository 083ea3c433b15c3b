package dev.patchbay.vpc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A store that dies with the process; usable from any thread. */
public final class InMemoryVpcStore implements VpcStore {
  private final Map<String, Stored<?>> objects = new TreeMap<>();
  private long changes;
  private boolean away;

  /** An empty one. */
  public InMemoryVpcStore() {}

  /** From now on the store cannot be reached, or can be again. */
  public synchronized void away(boolean isAway) {
    away = isAway;
  }

  @Override
  public synchronized <T extends VpcObject> Optional<Stored<T>> get(Class<T> kind, Key key) {
    reach();
    return find(kind, key);
  }

  private <T extends VpcObject> Optional<Stored<T>> find(Class<T> kind, Key key) {
    return Optional.ofNullable(objects.get(id(kind, key))).map(stored -> cast(kind, stored));
  }

  private static <T extends VpcObject> Stored<T> cast(Class<T> kind, Stored<?> stored) {
    return new Stored<>(kind.cast(stored.object()), stored.version());
  }

  @Override
  public synchronized <T extends VpcObject> List<Stored<T>> list(Class<T> kind, String namespace) {
    reach();
    List<Stored<T>> found = new ArrayList<>();
    for (Stored<?> stored : objects.values()) {
      boolean inNamespace =
          namespace.isEmpty() || stored.object().key().namespace().equals(namespace);
      if (kind.isInstance(stored.object()) && inNamespace) {
        found.add(cast(kind, stored));
      }
    }
    return found;
  }

  @Override
  public synchronized boolean create(VpcObject object) {
    reach();
    return objects.putIfAbsent(
            id(object.getClass(), object.key()), new Stored<>(object, "" + ++changes))
        == null;
  }

  @Override
  public synchronized <T extends VpcObject> boolean update(Stored<T> changed) {
    reach();
    String id = id(changed.object().getClass(), changed.object().key());
    Stored<?> there = objects.get(id);
    if (there == null || !there.version().equals(changed.version())) {
      return false;
    }
    objects.put(id, new Stored<>(changed.object(), "" + ++changes));
    return true;
  }

  @Override
  public synchronized void delete(VpcObject object) {
    reach();
    objects.remove(id(object.getClass(), object.key()));
  }

  private void reach() {
    if (away) {
      throw new StoreAwayException("not reachable", new IllegalStateException("told so"));
    }
  }

  private static String id(Class<?> kind, Key key) {
    return kind.getSimpleName() + " " + key;
  }
}
