package dev.patchbay.vpc;

/**
 * Which object of its kind.
 *
 * @param namespace the Kubernetes namespace
 * @param name unique in it
 */
public record Key(String namespace, String name) {
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
