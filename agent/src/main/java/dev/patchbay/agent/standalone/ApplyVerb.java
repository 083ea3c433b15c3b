package dev.patchbay.agent.standalone;

import dev.patchbay.agent.api.Ask;
import dev.patchbay.agent.api.Refusal;
import dev.patchbay.agent.api.Verb;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.kube.client.KubeApi;
import dev.patchbay.kube.client.KubeFailure;
import dev.patchbay.kube.client.KubeName;
import dev.patchbay.kube.client.KubeResource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code patchbay apply}: creates objects, or merges them into those that are there (RFC 7386), for
 * machines without kubectl.
 *
 * @param api has the objects
 */
record ApplyVerb(KubeApi api) implements Verb {
  private static final String DEFAULT_NAMESPACE = "default";
  private static final List<KubeResource> KINDS =
      Stream.concat(
              Stream.of(
                  KubeResource.NAMESPACES,
                  KubeResource.PODS,
                  KubeResource.CONFIG_MAPS,
                  KubeResource.SECRETS,
                  KubeResource.NETWORK_ATTACHMENT_DEFINITIONS),
              Stream.of("Vpc", "Subnet", "Port").map(ApplyVerb::ours))
          .toList();

  private static KubeResource ours(String kind) {
    String plural = kind.toLowerCase(java.util.Locale.ROOT) + "s";
    return new KubeResource("patchbay.dev", "v1alpha1", plural, kind, true);
  }

  private record Wanted(KubeResource resource, ObjectNode object) {}

  @Override
  public ObjectNode answer(Ask ask) {
    String namespace = ask.fields().filled("namespace").orElse(DEFAULT_NAMESPACE);
    List<Wanted> all = new ArrayList<>();
    for (Fields object : ask.fields().objects("objects")) {
      all.add(wanted(object, namespace));
    }
    ObjectNode answer =
        Json.newObject().put("apiVersion", "patchbay.dev/v1alpha1").put("kind", "AppliedList");
    ArrayNode items = answer.putArray("items");
    for (Wanted one : all) {
      String name =
          one.resource().kind().toLowerCase(java.util.Locale.ROOT)
              + "/"
              + KubeName.of(one.object()).name();
      items.addObject().put("name", name).put("done", applied(one, name));
    }
    return answer;
  }

  private static Wanted wanted(Fields fields, String namespace) {
    String version = fields.required("apiVersion");
    String kind = fields.required("kind");
    KubeResource resource =
        KINDS.stream()
            .filter(one -> one.apiVersion().equals(version) && one.kind().equals(kind))
            .findFirst()
            .orElseThrow(() ->
                new Refusal(
                    kind + " of " + version + " is not known to apply; known are " + known(),
                    "kubectl apply -f FILE"));
    ObjectNode object = fields.node().deepCopy();
    ObjectNode metadata = object.withObjectProperty("metadata");
    if (metadata.path("name").asString("").isEmpty()) {
      throw new Refusal("a " + kind + " has no metadata.name", "write one");
    }
    if (resource.namespaced() && metadata.path("namespace").asString("").isEmpty()) {
      metadata.put("namespace", namespace);
    }
    return new Wanted(resource, object);
  }

  private static String known() {
    return KINDS.stream().map(KubeResource::kind).collect(Collectors.joining(", "));
  }

  private String applied(Wanted one, String name) {
    try {
      ObjectNode _ = api.create(one.resource(), one.object());
      return "created";
    } catch (KubeFailure e) {
      if (!e.isAlreadyExists()) {
        throw new Refusal(name + ": " + e.message(), "correct it, then apply it again");
      }
    }
    return merged(one, name);
  }

  private String merged(Wanted one, String name) {
    KubeName key = KubeName.of(one.object());
    try {
      String before = api.get(one.resource(), key).map(ApplyVerb::version).orElse("");
      ObjectNode after = api.patch(one.resource(), key, one.object());
      return version(after).equals(before) ? "unchanged" : "configured";
    } catch (KubeFailure e) {
      throw new Refusal(name + ": " + e.message(), "correct it, then apply it again");
    }
  }

  private static String version(ObjectNode object) {
    return object.path("metadata").path("resourceVersion").asString("");
  }
}
