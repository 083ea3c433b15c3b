package dev.patchbay.apiserver.resource;

import dev.patchbay.apiserver.schema.Schema;
import java.util.List;
import java.util.Set;

/**
 * One kind of objects that the API serves.
 *
 * @param group API group; empty for core
 * @param version the one version that is served
 * @param kind as in manifests
 * @param plural as in paths
 * @param singular as people say
 * @param shortNames as people type
 * @param categories such as {@code all}
 * @param isNamespaced whether objects lie in namespaces
 * @param hasStatus whether status is a subresource of its own
 * @param origin who defined it, and what that means for its rules
 * @param schema its fields
 * @param columns what {@code kubectl get} shows
 * @param rules what is checked and filled in beside the schema
 */
public record Kind(
    String group,
    String version,
    String kind,
    String plural,
    String singular,
    List<String> shortNames,
    List<String> categories,
    boolean isNamespaced,
    boolean hasStatus,
    Origin origin,
    Schema schema,
    List<Column> columns,
    Rules rules) {
  /** Copies the lists. */
  public Kind {
    shortNames = List.copyOf(shortNames);
    categories = List.copyOf(categories);
    columns = List.copyOf(columns);
  }

  /** Who defined a kind. */
  public enum Origin {
    /** Kubernetes: strategic merge, unknown fields are dropped. */
    CORE,
    /** A CustomResourceDefinition: no strategic merge, validated by its schema. */
    CUSTOM,
    /** Computed from other objects; nobody writes it. */
    VIEW
  }

  /** {@code v1} or {@code group/version}. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** {@code plural} or {@code plural.group}. */
  public String qualified() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /** What clients may do with it, in the order of discovery. */
  public List<String> verbs() {
    return origin == Origin.VIEW
        ? List.of("get", "list", "watch")
        : List.of(
            "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
  }

  /** Kinds whose metadata.generation rises with their spec. */
  public boolean countsGenerations() {
    return origin == Origin.CUSTOM || Set.of("pods", "customresourcedefinitions").contains(plural);
  }
}
