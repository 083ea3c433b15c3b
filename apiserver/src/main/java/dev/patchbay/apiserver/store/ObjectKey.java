package dev.patchbay.apiserver.store;

/**
 * Where an object is.
 *
 * @param group API group; empty for the core group
 * @param plural resource name, such as {@code pods}
 * @param namespace empty for cluster-wide resources
 * @param name metadata.name
 */
public record ObjectKey(String group, String plural, String namespace, String name)
    implements Comparable<ObjectKey> {
  /** Lists are in this order, as in etcd: by namespace, then by name. */
  @Override
  public int compareTo(ObjectKey other) {
    int order = group.compareTo(other.group);
    order = order != 0 ? order : plural.compareTo(other.plural);
    order = order != 0 ? order : namespace.compareTo(other.namespace);
    return order != 0 ? order : name.compareTo(other.name);
  }
}
