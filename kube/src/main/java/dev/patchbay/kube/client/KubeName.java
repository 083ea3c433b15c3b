package dev.patchbay.kube.client;

import tools.jackson.databind.JsonNode;

/**
 * What tells an object from others of its kind at one time.
 *
 * @param namespace empty for objects of the cluster
 * @param name metadata.name
 */
public record KubeName(String namespace, String name) implements Comparable<KubeName> {
  /** The name of an object. */
  public static KubeName of(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    return new KubeName(
        metadata.path("namespace").asString(""), metadata.path("name").asString(""));
  }

  /** The name of an object that lives in no namespace. */
  public static KubeName ofCluster(String name) {
    return new KubeName("", name);
  }

  @Override
  public int compareTo(KubeName other) {
    int byNamespace = namespace.compareTo(other.namespace);
    return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }
}
