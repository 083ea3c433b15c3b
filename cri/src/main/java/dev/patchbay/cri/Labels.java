package dev.patchbay.cri;

import java.util.LinkedHashMap;
import java.util.Map;

/** The labels by which kubelet, and so crictl, finds the sandboxes and containers of a pod. */
public final class Labels {
  /** The pod's name. */
  public static final String POD_NAME = "io.kubernetes.pod.name";

  /** The pod's namespace. */
  public static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";

  /** The pod's uid. */
  public static final String POD_UID = "io.kubernetes.pod.uid";

  /** The container's name in the pod. */
  public static final String CONTAINER_NAME = "io.kubernetes.container.name";

  private Labels() {}

  static Map<String, String> of(PodIdentity pod, Map<String, String> own) {
    Map<String, String> all = new LinkedHashMap<>(own);
    all.put(POD_NAME, pod.name());
    all.put(POD_NAMESPACE, pod.namespace());
    all.put(POD_UID, pod.uid());
    return all;
  }

  static Map<String, String> of(PodIdentity pod, String container, Map<String, String> own) {
    Map<String, String> all = of(pod, own);
    all.put(CONTAINER_NAME, container);
    return all;
  }
}
