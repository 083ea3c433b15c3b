package dev.patchbay.apiserver.resource;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The kinds that are served now. */
public final class Kinds {
  private final Map<Name, Kind> kinds = new ConcurrentHashMap<>();

  private record Name(String group, String plural) {}

  /** These, to begin with. */
  public Kinds(Collection<Kind> builtIn) {
    builtIn.forEach(this::put);
  }

  /** Serves a kind from now on, in place of one of its name. */
  public void put(Kind kind) {
    kinds.put(new Name(kind.group(), kind.plural()), kind);
  }

  /** Serves it no longer. */
  public void remove(String group, String plural) {
    kinds.remove(new Name(group, plural));
  }

  /** The kind of a path. */
  public Optional<Kind> find(String group, String version, String plural) {
    return find(group, plural).filter(kind -> kind.version().equals(version));
  }

  /** The kind of a resource, whatever its version. */
  public Optional<Kind> find(String group, String plural) {
    return Optional.ofNullable(kinds.get(new Name(group, plural)));
  }

  /** All of them, by group and plural. */
  public List<Kind> all() {
    return kinds.values().stream()
        .sorted(Comparator.comparing(Kind::group).thenComparing(Kind::plural))
        .toList();
  }
}
