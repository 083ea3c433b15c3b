package dev.patchbay.kube;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.skel.CniArgs;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known about a pod without asking an API server: as much as its runtime passed on.
 *
 * @param namespace the pod's Kubernetes namespace
 * @param name the pod's name
 * @param uid the pod's UID
 * @param containerId the sandbox, by {@code K8S_POD_INFRA_CONTAINER_ID}
 * @param annotations key → value
 * @param source where the annotations are from
 * @param args the pairs of {@code CNI_ARGS}
 */
public record PodFacts(
    Optional<String> namespace,
    Optional<String> name,
    Optional<String> uid,
    Optional<String> containerId,
    Map<String, String> annotations,
    AnnotationSource source,
    CniArgs args) {
  /** The capability by which containerd passes pod annotations in {@code runtimeConfig}. */
  public static final String ANNOTATIONS_CAPABILITY = "io.kubernetes.cri.pod-annotations";

  /** The argument by which Virtlet passes pod annotations in {@code CNI_ARGS}. */
  public static final String ANNOTATIONS_ARG = "K8S_ANNOT";

  /** The namespace of a pod that names none. */
  public static final String DEFAULT_NAMESPACE = "default";

  /** A container that nobody calls a pod. */
  public static final PodFacts UNKNOWN =
      new PodFacts(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          AnnotationSource.NONE);

  /** A pod whose runtime gave no arguments. */
  public PodFacts(
      Optional<String> namespace,
      Optional<String> name,
      Optional<String> uid,
      Optional<String> containerId,
      Map<String, String> annotations,
      AnnotationSource source) {
    this(namespace, name, uid, containerId, annotations, source, CniArgs.NONE);
  }

  /** Copies the map. */
  public PodFacts {
    annotations = Map.copyOf(annotations);
  }

  /**
   * Reads what a runtime passed. Annotations in {@code runtimeConfig} count before those in {@code
   * CNI_ARGS}; the two are never mixed. Refusals are {@code CniException}s that name the field.
   *
   * @param args the pairs of {@code CNI_ARGS}
   * @param runtimeConfig the object of that name in the configuration
   */
  public static PodFacts read(CniArgs args, Fields runtimeConfig) {
    PodFacts bare =
        new PodFacts(
            filled(args, "K8S_POD_NAMESPACE"),
            filled(args, "K8S_POD_NAME"),
            filled(args, "K8S_POD_UID"),
            filled(args, "K8S_POD_INFRA_CONTAINER_ID"),
            Map.of(),
            AnnotationSource.NONE,
            args);
    // A pod without annotations comes as null: that is an answer too.
    if (runtimeConfig.mentions(ANNOTATIONS_CAPABILITY)) {
      Map<String, String> given =
          runtimeConfig.object(ANNOTATIONS_CAPABILITY).map(PodFacts::strings).orElse(Map.of());
      return bare.withAnnotations(given, AnnotationSource.RUNTIME_CONFIG);
    }
    return filled(args, ANNOTATIONS_ARG)
        .map(text -> bare.withAnnotations(annotationsArg(text), AnnotationSource.CNI_ARGS))
        .orElse(bare);
  }

  /** The same pod with annotations learned from somewhere else. */
  public PodFacts withAnnotations(Map<String, String> given, AnnotationSource from) {
    return new PodFacts(namespace, name, uid, containerId, given, from, args);
  }

  /** The value of an annotation; empty when it is absent or blank. */
  public Optional<String> filledAnnotation(String key) {
    return Optional.ofNullable(annotations.get(key)).filter(value -> !value.isBlank());
  }

  /** Where the names of networks that have no namespace of their own are looked up. */
  public String namespaceOrDefault() {
    return namespace.orElse(DEFAULT_NAMESPACE);
  }

  /** The pod by name only: annotations may hold keys and passwords. */
  @Override
  public String toString() {
    return namespaceOrDefault() + "/" + name.orElse("?");
  }

  private static Optional<String> filled(CniArgs args, String key) {
    return args.value(key).filter(value -> !value.isBlank());
  }

  private static Map<String, String> annotationsArg(String text) {
    String origin = "CNI_ARGS " + ANNOTATIONS_ARG;
    return strings(Fields.of(Json.object(text, origin), origin, CniError.INVALID_ENVIRONMENT));
  }

  private static Map<String, String> strings(Fields fields) {
    Map<String, String> all = new HashMap<>();
    fields
        .node()
        .propertyNames()
        .forEach(key -> fields.text(key).ifPresent(value -> all.put(key, value)));
    return all;
  }
}
