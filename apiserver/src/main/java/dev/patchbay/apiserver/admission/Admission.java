package dev.patchbay.apiserver.admission;

import dev.patchbay.apiserver.resource.Rules;
import java.util.Map;

/**
 * The rules of the built-in kinds.
 *
 * @param node the only node there may be
 * @param mostNics how many NICs a pod may have
 */
public record Admission(String node, int mostNics) {
  /** How many NICs a pod may have where nothing is said. */
  public static final int MOST_NICS = 32;

  /** The rules by kind. */
  public Map<String, Rules> rules() {
    return Map.of(
        "Pod", new PodRules(mostNics),
        "Node", new NodeRules(node),
        "Namespace", new NamespaceRules(),
        "ConfigMap", new ConfigMapRules(),
        "Secret", new SecretRules(),
        "CustomResourceDefinition", new DefinitionRules());
  }
}
