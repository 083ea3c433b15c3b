package dev.patchbay.apiserver.resource;

import dev.patchbay.apiserver.schema.Components;
import dev.patchbay.apiserver.schema.WellKnown;
import java.util.List;
import java.util.Map;

/** The kinds that are always served. */
public final class BuiltIns {
  /** The group of CustomResourceDefinitions. */
  public static final String EXTENSIONS = "apiextensions.k8s.io";

  /** Our own group. */
  public static final String PATCHBAY = "patchbay.dev";

  private static final Components COMPONENTS = WellKnown.components();

  private BuiltIns() {}

  /** Schemas of the core kinds and of what they contain. */
  public static Components components() {
    return COMPONENTS;
  }

  /**
   * All of them.
   *
   * @param rules by kind; a kind that is not named has none
   */
  public static List<Kind> all(Map<String, Rules> rules) {
    return List.of(
        core("Namespace", "namespaces", List.of("ns"), false, Tables.NAMESPACE, rules),
        core("Node", "nodes", List.of("no"), false, Tables.NODE, rules),
        core("Pod", "pods", List.of("po"), true, Tables.POD, rules),
        core("ConfigMap", "configmaps", List.of("cm"), true, Tables.CONFIG_MAP, rules),
        core("Secret", "secrets", List.of(), true, Tables.SECRET, rules),
        core("Event", "events", List.of("ev"), true, Tables.EVENT, rules),
        new Kind(
            EXTENSIONS,
            "v1",
            "CustomResourceDefinition",
            "customresourcedefinitions",
            "customresourcedefinition",
            List.of("crd", "crds"),
            List.of("api-extensions"),
            false,
            true,
            Kind.Origin.CORE,
            COMPONENTS.named("ext.CustomResourceDefinition"),
            Tables.DEFINITION,
            rules.getOrDefault("CustomResourceDefinition", Rules.NONE)));
  }

  private static Kind core(
      String kind,
      String plural,
      List<String> shortNames,
      boolean namespaced,
      List<Column> columns,
      Map<String, Rules> rules) {
    return new Kind(
        "",
        "v1",
        kind,
        plural,
        plural.substring(0, plural.length() - 1),
        shortNames,
        kind.equals("Pod") ? List.of("all") : List.of(),
        namespaced,
        List.of("Namespace", "Node", "Pod").contains(kind),
        Kind.Origin.CORE,
        COMPONENTS.named("core." + kind),
        columns,
        rules.getOrDefault(kind, Rules.NONE));
  }
}
