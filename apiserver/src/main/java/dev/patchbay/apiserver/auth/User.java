package dev.patchbay.apiserver.auth;

import java.util.List;
import java.util.Set;

/**
 * Who asks.
 *
 * @param name such as {@code admin}
 * @param groups such as {@code system:masters}
 * @param namespaces the only ones that may be touched; empty for all of them and for cluster-wide
 *     resources too
 * @param readOnly whether nothing may be changed
 */
public record User(String name, List<String> groups, Set<String> namespaces, boolean readOnly) {
  /** Verbs that change nothing. */
  private static final Set<String> READING = Set.of("get", "list", "watch");

  /** Copies the collections. */
  public User {
    groups = List.copyOf(groups);
    namespaces = Set.copyOf(namespaces);
  }

  /**
   * Whether that may be done.
   *
   * @param verb Kubernetes' verb
   * @param namespace empty for cluster-wide resources and for all namespaces
   */
  public boolean may(String verb, String namespace) {
    return (namespaces.isEmpty() || namespaces.contains(namespace))
        && (!readOnly || READING.contains(verb));
  }
}
