package dev.patchbay.apiserver.auth;

import dev.patchbay.apiserver.fault.ApiFault;
import java.util.Set;

/**
 * One thing that somebody wants to do.
 *
 * @param verb Kubernetes' verb
 * @param group API group
 * @param plural resource
 * @param subresource such as {@code status}; may be empty
 * @param namespace empty for cluster-wide resources and for all namespaces
 * @param name empty for a collection
 */
public record Access(
    String verb, String group, String plural, String subresource, String namespace, String name) {
  /** Running something is no reading, though WebSockets begin with a GET. */
  private static final Set<String> RUNNING = Set.of("exec", "attach", "portforward", "proxy");

  /** Whether the user may. */
  public boolean allows(User user) {
    return user.may(RUNNING.contains(subresource) ? "create" : verb, namespace);
  }

  /** Throws ApiFault 403 in Kubernetes' words when the user may not. */
  public void require(User user) {
    if (!allows(user)) {
      throw ApiFault.forbidden(ApiFault.Details.of(group, plural, name), refusal(user));
    }
  }

  private String refusal(User user) {
    String resource = subresource.isEmpty() ? plural : plural + "/" + subresource;
    return ApiFault.qualified(plural, group)
        + (name.isEmpty() ? "" : " \"" + name + "\"")
        + " is forbidden: User \""
        + user.name()
        + "\" cannot "
        + verb
        + " resource \""
        + resource
        + "\" in API group \""
        + group
        + "\" "
        + (namespace.isEmpty() ? "at the cluster scope" : "in the namespace \"" + namespace + "\"");
  }
}
