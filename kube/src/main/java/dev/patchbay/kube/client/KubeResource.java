package dev.patchbay.kube.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * A kind of objects and where the API serves it.
 *
 * @param group empty for the core group
 * @param version of the group
 * @param plural its name in paths
 * @param kind its name in objects
 * @param namespaced whether objects live in namespaces
 */
public record KubeResource(
    String group, String version, String plural, String kind, boolean namespaced) {
  /** Pods. */
  public static final KubeResource PODS = new KubeResource("", "v1", "pods", "Pod", true);

  /** Nodes. */
  public static final KubeResource NODES = new KubeResource("", "v1", "nodes", "Node", false);

  /** Namespaces. */
  public static final KubeResource NAMESPACES =
      new KubeResource("", "v1", "namespaces", "Namespace", false);

  /** Events of the core group, which {@code kubectl describe} shows. */
  public static final KubeResource EVENTS = new KubeResource("", "v1", "events", "Event", true);

  /** ConfigMaps. */
  public static final KubeResource CONFIG_MAPS =
      new KubeResource("", "v1", "configmaps", "ConfigMap", true);

  /** Secrets. */
  public static final KubeResource SECRETS = new KubeResource("", "v1", "secrets", "Secret", true);

  /** NetworkAttachmentDefinitions. */
  public static final KubeResource NETWORK_ATTACHMENT_DEFINITIONS =
      new KubeResource(
          "k8s.cni.cncf.io",
          "v1",
          "network-attachment-definitions",
          "NetworkAttachmentDefinition",
          true);

  /** What objects have in {@code apiVersion}. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** The path of its collection; over all namespaces where the given one is empty. */
  public String path(String namespace) {
    String base = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
    return namespaced && !namespace.isEmpty()
        ? base + "/namespaces/" + encoded(namespace) + "/" + plural
        : base + "/" + plural;
  }

  /** The path of one object. */
  public String path(KubeName name) {
    return path(name.namespace()) + "/" + encoded(name.name());
  }

  private static String encoded(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return group.isEmpty() ? plural : plural + "." + group;
  }
}
