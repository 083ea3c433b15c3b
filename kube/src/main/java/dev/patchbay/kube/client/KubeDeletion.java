package dev.patchbay.kube.client;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How an object is to be deleted.
 *
 * @param graceSeconds how long it may take; empty for the kind's default, 0 for at once
 * @param uid only the object of this UID
 * @param resourceVersion only the object as it was then
 */
public record KubeDeletion(
    OptionalInt graceSeconds, Optional<String> uid, Optional<String> resourceVersion) {
  /** By the kind's default, whatever the object is. */
  public static final KubeDeletion DEFAULT =
      new KubeDeletion(OptionalInt.empty(), Optional.empty(), Optional.empty());

  /** At once, as a node does when nothing of a pod is left. */
  public static KubeDeletion now(String uid) {
    return new KubeDeletion(OptionalInt.of(0), Optional.of(uid), Optional.empty());
  }
}
