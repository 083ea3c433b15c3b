package dev.patchbay.kube;

/** Where a pod's annotations were learned from. */
public enum AnnotationSource {
  /** The runtime sent them with the configuration. */
  RUNTIME_CONFIG("runtimeConfig " + PodFacts.ANNOTATIONS_CAPABILITY),
  /** The runtime sent them in {@code CNI_ARGS}, as Virtlet does. */
  CNI_ARGS("CNI_ARGS " + PodFacts.ANNOTATIONS_ARG),
  /** A person gave them: {@code patchbay plug}. */
  PLUG("patchbay plug"),
  /** Nobody said anything: the pod may have annotations that we cannot see. */
  NONE("no source");

  private final String text;

  AnnotationSource(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
