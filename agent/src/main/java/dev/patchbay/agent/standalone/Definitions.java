package dev.patchbay.agent.standalone;

import dev.patchbay.kube.client.KubeApi;
import dev.patchbay.kube.client.KubeName;
import dev.patchbay.kube.client.KubeResource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The CustomResourceDefinitions that a standalone API begins with. */
final class Definitions {
  private static final KubeResource DEFINITIONS =
      new KubeResource(
          "apiextensions.k8s.io",
          "v1",
          "customresourcedefinitions",
          "CustomResourceDefinition",
          false);
  private static final List<String> FILES =
      List.of(
          "patchbay.dev_vpcs",
          "patchbay.dev_subnets",
          "patchbay.dev_ports",
          "k8s.cni.cncf.io_network-attachment-definitions");

  private Definitions() {}

  /** Creates them, or brings them to what this version of ours has. */
  static void install(KubeApi api) {
    for (String file : FILES) {
      ObjectNode wanted = read("/crds/" + file + ".yaml");
      KubeName name = new KubeName("", wanted.at("/metadata/name").asString(""));
      Optional<ObjectNode> there = api.get(DEFINITIONS, name);
      if (there.isEmpty()) {
        ObjectNode _ = api.create(DEFINITIONS, wanted);
      } else if (!there.get().path("spec").equals(wanted.path("spec"))) {
        ObjectNode next = there.get().deepCopy();
        next.set("spec", wanted.path("spec"));
        ObjectNode _ = api.update(DEFINITIONS, next);
      }
    }
  }

  private static ObjectNode read(String resource) {
    try (InputStream in =
        Objects.requireNonNull(KubeApi.class.getResourceAsStream(resource), resource)) {
      return (ObjectNode) YAMLMapper.shared().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }
}
