package dev.patchbay.apiserver.store;

import java.util.Optional;

/**
 * One write, as watches see it.
 *
 * @param version the resourceVersion of the write, of a deletion too
 * @param before absent when it was created
 * @param after absent when it was deleted
 */
public record Change(long version, Optional<Stored> before, Optional<Stored> after) {
  /** Where it happened. */
  public ObjectKey key() {
    return after.or(() -> before).orElseThrow().key();
  }
}
