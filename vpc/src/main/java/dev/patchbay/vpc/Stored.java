package dev.patchbay.vpc;

/**
 * An object as the store has it.
 *
 * @param object what it is
 * @param version changes with every change of the object
 * @param <T> its kind
 */
public record Stored<T extends VpcObject>(T object, String version) {
  /** The same version with another content, to be written if nobody was faster. */
  Stored<T> with(T changed) {
    return new Stored<>(changed, version);
  }
}
