package dev.patchbay.kube.definition;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.kube.PodFacts;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * A network that pods may name (Kubernetes Network Custom Resource Definition De-facto Standard
 * 1.3, section 3).
 *
 * @param namespace where the name is unique
 * @param name the network's name
 * @param config a CNI configuration as JSON text; absent when a file on the node has it
 * @param annotations key → value, such as the device plugin's resource name
 * @param origin the file that it is from
 */
public record NetworkAttachmentDefinition(
    String namespace,
    String name,
    Optional<String> config,
    Map<String, String> annotations,
    String origin) {
  /** The {@code apiVersion} of the kind. */
  public static final String API_VERSION = "k8s.cni.cncf.io/v1";

  /** The {@code kind}. */
  public static final String KIND = "NetworkAttachmentDefinition";

  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  /** Throws IllegalArgumentException when a name is none that Kubernetes takes. */
  public NetworkAttachmentDefinition {
    checkNamespace(namespace);
    checkName(name);
    annotations = Map.copyOf(annotations);
  }

  /** Returns the text; throws IllegalArgumentException when Kubernetes takes no such namespace. */
  public static String checkNamespace(String text) {
    if (!LABEL.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" is no namespace; write at most 63 lower-case letters, digits and inner dashes");
    }
    return text;
  }

  /** Returns the text; throws IllegalArgumentException when Kubernetes takes no such name. */
  public static String checkName(String text) {
    if (text.length() > 253 || !SUBDOMAIN.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" is no network name; write at most 253 lower-case letters, digits, inner dashes"
              + " and dots");
    }
    return text;
  }

  /** Reads an object of the kind; refuses with code 7, naming the field. */
  static NetworkAttachmentDefinition read(ObjectNode json, String origin) {
    Fields top = Fields.of(json, origin, CniError.INVALID_NETWORK_CONFIG);
    expect(top, "apiVersion", API_VERSION);
    expect(top, "kind", KIND);
    Fields metadata =
        top.object("metadata").orElseThrow(() -> top.bad("metadata", "is missing; name it"));
    metadata.required("name");
    return new NetworkAttachmentDefinition(
        metadata
            .parsed("namespace", NetworkAttachmentDefinition::checkNamespace)
            .orElse(PodFacts.DEFAULT_NAMESPACE),
        metadata.parsed("name", NetworkAttachmentDefinition::checkName).orElseThrow(),
        top.object("spec").flatMap(NetworkAttachmentDefinition::config),
        annotations(metadata),
        origin);
  }

  /** {@code namespace/name}. */
  public String key() {
    return namespace + "/" + name;
  }

  /** Without the configuration, which may hold credentials. */
  @Override
  public String toString() {
    return KIND + " " + key() + " (" + origin + ")";
  }

  private static void expect(Fields top, String key, String wanted) {
    String found = top.required(key);
    if (!found.equals(wanted)) {
      throw top.bad(key, "is \"" + found + "\"; only \"" + wanted + "\" is read here");
    }
  }

  private static Optional<String> config(Fields spec) {
    if (spec.any("config").filter(value -> value.isObject() || value.isArray()).isPresent()) {
      throw spec.bad("config", "is not quoted; write the JSON as a string, after \"config: |\"");
    }
    return spec.text("config").filter(text -> !text.isBlank());
  }

  private static Map<String, String> annotations(Fields metadata) {
    Map<String, String> all = new HashMap<>();
    metadata
        .object("annotations")
        .ifPresent(given ->
            given
                .node()
                .propertyNames()
                .forEach(key -> given.text(key).ifPresent(value -> all.put(key, value))));
    return all;
  }
}
