package dev.patchbay.apiserver.rest;

import dev.patchbay.apiserver.resource.Kind;
import dev.patchbay.apiserver.resource.Nics;
import dev.patchbay.apiserver.store.Change;
import dev.patchbay.apiserver.store.ObjectKey;
import dev.patchbay.apiserver.store.ObjectStore;
import dev.patchbay.apiserver.store.Stored;
import java.util.List;
import java.util.Optional;

/**
 * Where the objects of a kind come from: the store or, for a view, other objects in it.
 *
 * @param store where objects are
 * @param kind whose
 */
record Source(ObjectStore store, Kind kind) {
  private static final String PODS = "pods";

  /** The objects of one namespace or, where that is empty, of all. */
  ObjectStore.Listing list(Optional<String> namespace) {
    if (!isOfPods()) {
      return store.list(kind.group(), kind.plural(), namespace);
    }
    ObjectStore.Listing pods = store.list("", PODS, namespace);
    List<Stored> nics =
        pods.items().stream()
            .flatMap(pod -> Nics.of(pod).stream())
            .sorted((one, other) -> one.key().compareTo(other.key()))
            .toList();
    return new ObjectStore.Listing(nics, pods.version());
  }

  /** One object. */
  Optional<Stored> get(ObjectKey key) {
    return isOfPods()
        ? list(Optional.of(key.namespace())).items().stream()
            .filter(nic -> nic.key().equals(key))
            .findFirst()
        : store.get(key);
  }

  /** What a change in the store is for the kind; nothing for another kind's. */
  List<Change> changes(Change change) {
    ObjectKey key = change.key();
    if (isOfPods()) {
      boolean isPod = key.group().isEmpty() && key.plural().equals(PODS);
      return isPod ? Nics.changes(change) : List.of();
    }
    return key.group().equals(kind.group()) && key.plural().equals(kind.plural())
        ? List.of(change)
        : List.of();
  }

  private boolean isOfPods() {
    return kind.origin() == Kind.Origin.VIEW && kind.plural().equals(Nics.PLURAL);
  }
}
