package dev.patchbay.apiserver.rest;

import dev.patchbay.apiserver.resource.Kind;
import dev.patchbay.apiserver.resource.Kinds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is served, in both forms that clients ask for.
 *
 * @param kinds the kinds
 */
record Discovery(Kinds kinds) {
  /** The media type that clients compare byte by byte. */
  static final String AGGREGATED =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

  private static final JsonMapper JSON = JsonMapper.shared();

  /** Subresources that are served beside status; pods only. */
  private static final Map<String, List<String>> STREAMS =
      new TreeMap<>(
          Map.of(
              "attach", List.of("create", "get"),
              "exec", List.of("create", "get"),
              "log", List.of("get")));

  /** Groups that clients ask without there being objects. */
  static final Map<String, List<Review>> REVIEWS =
      Map.of(
          "authentication.k8s.io",
          List.of(new Review("selfsubjectreviews", "SelfSubjectReview")),
          "authorization.k8s.io",
          List.of(
              new Review("selfsubjectaccessreviews", "SelfSubjectAccessReview"),
              new Review("selfsubjectrulesreviews", "SelfSubjectRulesReview")));

  record Review(String plural, String kind) {}

  /** {@code /api} or {@code /apis} in the aggregated form. */
  ObjectNode aggregated(boolean core) {
    ObjectNode list =
        JSON.createObjectNode()
            .put("kind", "APIGroupDiscoveryList")
            .put("apiVersion", "apidiscovery.k8s.io/v2");
    list.putObject("metadata");
    ArrayNode items = list.putArray("items");
    byGroup()
        .forEach((group, members) -> {
          if (group.isEmpty() != core) {
            return;
          }
          ObjectNode item = items.addObject();
          ObjectNode metadata = item.putObject("metadata");
          if (!core) {
            metadata.put("name", group);
          }
          ObjectNode version =
              item.putArray("versions")
                  .addObject()
                  .put("version", version(members))
                  .put("freshness", "Current");
          ArrayNode resources = version.putArray("resources");
          members.forEach(kind -> resources.add(resource(kind)));
          REVIEWS
              .getOrDefault(group, List.of())
              .forEach(review -> resources.add(review(group, review)));
        });
    return list;
  }

  private static String version(List<Kind> members) {
    return members.isEmpty() ? "v1" : members.getFirst().version();
  }

  private static ObjectNode resource(Kind kind) {
    ObjectNode resource = JSON.createObjectNode().put("resource", kind.plural());
    responseKind(resource, kind);
    resource
        .put("scope", kind.isNamespaced() ? "Namespaced" : "Cluster")
        .put("singularResource", kind.singular());
    texts(resource, "verbs", kind.verbs());
    texts(resource, "shortNames", kind.shortNames());
    texts(resource, "categories", kind.categories());
    ArrayNode below = resource.arrayNode();
    subresources(kind)
        .forEach((name, verbs) -> {
          ObjectNode sub = below.addObject().put("subresource", name);
          responseKind(sub, kind);
          texts(sub, "verbs", verbs);
        });
    if (!below.isEmpty()) {
      resource.set("subresources", below);
    }
    return resource;
  }

  private static ObjectNode review(String group, Review review) {
    ObjectNode resource = JSON.createObjectNode().put("resource", review.plural());
    resource
        .putObject("responseKind")
        .put("group", group)
        .put("version", "v1")
        .put("kind", review.kind());
    resource.put("scope", "Cluster").put("singularResource", "");
    texts(resource, "verbs", List.of("create"));
    return resource;
  }

  private static void responseKind(ObjectNode resource, Kind kind) {
    resource
        .putObject("responseKind")
        .put("group", kind.group())
        .put("version", kind.version())
        .put("kind", kind.kind());
  }

  private static Map<String, List<String>> subresources(Kind kind) {
    Map<String, List<String>> all = new TreeMap<>();
    if (kind.hasStatus()) {
      all.put("status", List.of("get", "patch", "update"));
    }
    if (kind.kind().equals("Pod") && kind.group().isEmpty()) {
      all.putAll(STREAMS);
    }
    return all;
  }

  /** {@code /api} in the plain form. */
  ObjectNode versions() {
    ObjectNode answer = JSON.createObjectNode().put("kind", "APIVersions");
    texts(answer, "versions", List.of("v1"));
    return answer;
  }

  /** {@code /apis} in the plain form. */
  ObjectNode groups() {
    ObjectNode answer = JSON.createObjectNode().put("kind", "APIGroupList").put("apiVersion", "v1");
    ArrayNode groups = answer.putArray("groups");
    byGroup()
        .forEach((group, members) -> {
          if (!group.isEmpty()) {
            groups.add(group(group, version(members)));
          }
        });
    return answer;
  }

  private static ObjectNode group(String name, String version) {
    ObjectNode group = JSON.createObjectNode().put("name", name);
    ObjectNode only = JSON.createObjectNode();
    only.put("groupVersion", name + "/" + version).put("version", version);
    group.putArray("versions").add(only);
    group.set("preferredVersion", only.deepCopy());
    return group;
  }

  /** {@code /apis/GROUP}; empty for a group that is not served. */
  Optional<ObjectNode> group(String name) {
    return Optional.ofNullable(byGroup().get(name))
        .map(members ->
            group(name, version(members)).put("kind", "APIGroup").put("apiVersion", "v1"));
  }

  /** {@code /api/v1} and {@code /apis/GROUP/VERSION}; empty for what is not served. */
  Optional<ObjectNode> resources(String group, String version) {
    List<Kind> members = byGroup().get(group);
    if (members == null || !version(members).equals(version)) {
      return Optional.empty();
    }
    ObjectNode answer =
        JSON.createObjectNode()
            .put("kind", "APIResourceList")
            .put("apiVersion", "v1")
            .put("groupVersion", group.isEmpty() ? version : group + "/" + version);
    ArrayNode resources = answer.putArray("resources");
    for (Kind kind : members) {
      ObjectNode resource =
          resources
              .addObject()
              .put("name", kind.plural())
              .put("singularName", kind.singular())
              .put("namespaced", kind.isNamespaced())
              .put("kind", kind.kind());
      texts(resource, "verbs", kind.verbs());
      texts(resource, "shortNames", kind.shortNames());
      texts(resource, "categories", kind.categories());
      subresources(kind)
          .forEach((name, verbs) ->
              texts(
                  resources
                      .addObject()
                      .put("name", kind.plural() + "/" + name)
                      .put("singularName", "")
                      .put("namespaced", kind.isNamespaced())
                      .put("kind", kind.kind()),
                  "verbs",
                  verbs));
    }
    reviews(group, resources);
    return Optional.of(answer);
  }

  private static void reviews(String group, ArrayNode resources) {
    for (Review review : REVIEWS.getOrDefault(group, List.of())) {
      texts(
          resources
              .addObject()
              .put("name", review.plural())
              .put("singularName", "")
              .put("namespaced", false)
              .put("kind", review.kind()),
          "verbs",
          List.of("create"));
    }
  }

  private Map<String, List<Kind>> byGroup() {
    Map<String, List<Kind>> groups = new LinkedHashMap<>();
    for (Kind kind : kinds.all()) {
      groups.computeIfAbsent(kind.group(), _ -> new java.util.ArrayList<>()).add(kind);
    }
    REVIEWS.keySet().stream()
        .sorted()
        .forEach(group -> groups.computeIfAbsent(group, _ -> new java.util.ArrayList<>()));
    return groups;
  }

  private static void texts(ObjectNode into, String name, List<String> values) {
    if (!values.isEmpty()) {
      ArrayNode array = into.putArray(name);
      values.forEach(array::add);
    }
  }
}
