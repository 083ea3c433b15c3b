package dev.patchbay.apiserver.openapi;

import dev.patchbay.apiserver.resource.Kind;
import dev.patchbay.apiserver.schema.WellKnown;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The document of one group and version.
 *
 * <p>kubectl 1.36 needs of it: a PATCH operation that names the kind, its {@code fieldValidation}
 * parameter (else kubectl validates by itself, through OpenAPI v2), the media type of strategic
 * merge on exactly those kinds that take it, and the merge keys beside {@code items}.
 */
final class GroupDocument {
  private static final String REFERENCE = "$ref";
  private static final String TO = "#/components/schemas/";
  private static final String METADATA = "meta.ObjectMeta";
  private static final String GVK = "x-kubernetes-group-version-kind";

  private final ObjectNode document = JsonMapper.shared().createObjectNode();
  private final ObjectNode paths;
  private final ObjectNode schemas;

  private GroupDocument() {
    document.put("openapi", "3.0.0");
    document.putObject("info").put("title", "Patchbay").put("version", "v1.36.0");
    paths = document.putObject("paths");
    schemas = document.putObject("components").putObject("schemas");
  }

  /** The document of kinds of one group and version, which live below {@code name}. */
  static ObjectNode of(String name, List<Kind> kinds) {
    var writing = new GroupDocument();
    for (Kind kind : kinds) {
      writing.schema(kind);
      writing.paths("/" + name, kind);
    }
    return writing.document;
  }

  private static String schemaName(Kind kind) {
    return kind.schema().name().isEmpty()
        ? kind.apiVersion().replace('/', '.') + "." + kind.kind()
        : kind.schema().name();
  }

  private void schema(Kind kind) {
    ObjectNode text = kind.schema().text().deepCopy();
    ObjectNode properties = text.withObjectProperty("properties");
    text.put("type", "object");
    properties.withObjectProperty("apiVersion").put("type", "string");
    properties.withObjectProperty("kind").put("type", "string");
    properties.putObject("metadata").put(REFERENCE, TO + METADATA);
    text.putArray(GVK).add(gvk(kind));
    schemas.set(schemaName(kind), text);
    referred(text);
  }

  /** Adds what a schema refers to, and what that refers to. */
  private void referred(JsonNode from) {
    Deque<JsonNode> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      JsonNode text = open.pop();
      text.forEach(open::push);
      String reference = text.path(REFERENCE).asString("");
      String name = reference.startsWith(TO) ? reference.substring(TO.length()) : "";
      JsonNode target = WellKnown.components().schemas().path(name);
      if (target.isObject() && !schemas.has(name)) {
        schemas.set(name, target);
        open.push(target);
      }
    }
  }

  private void paths(String prefix, Kind kind) {
    String all = prefix + (kind.isNamespaced() ? "/namespaces/{namespace}/" : "/") + kind.plural();
    boolean written = kind.verbs().contains("patch");
    ObjectNode collection = path(all, kind);
    operation(collection, "get", "list", kind);
    ObjectNode item = path(all + "/{name}", kind);
    operation(item, "get", "get", kind);
    if (!written) {
      return;
    }
    body(operation(collection, "post", "post", kind), kind, List.of("application/json"));
    body(operation(item, "put", "put", kind), kind, List.of("application/json"));
    operation(item, "delete", "delete", kind);
    patch(item, kind);
    if (kind.hasStatus()) {
      patch(path(all + "/{name}/status", kind), kind);
    }
  }

  private void patch(ObjectNode path, Kind kind) {
    ObjectNode patch = operation(path, "patch", "patch", kind);
    body(patch, kind, patchTypes(kind));
  }

  private static List<String> patchTypes(Kind kind) {
    String json = "application/json-patch+json";
    String merge = "application/merge-patch+json";
    return kind.origin() == Kind.Origin.CORE
        ? List.of(json, merge, "application/strategic-merge-patch+json")
        : List.of(json, merge);
  }

  private ObjectNode path(String path, Kind kind) {
    ObjectNode text = paths.putObject(path);
    ArrayNode parameters = text.putArray("parameters");
    if (kind.isNamespaced()) {
      parameters.add(variable("namespace"));
    }
    if (path.contains("{name}")) {
      parameters.add(variable("name"));
    }
    return text;
  }

  private static ObjectNode operation(ObjectNode path, String method, String action, Kind kind) {
    ObjectNode operation = path.putObject(method);
    operation.put("x-kubernetes-action", action);
    operation.set(GVK, gvk(kind));
    ArrayNode parameters = operation.putArray("parameters");
    switch (action) {
      case "list" ->
          List.of("labelSelector", "fieldSelector", "continue", "resourceVersion")
              .forEach(name -> parameters.add(query(name, "string")));
      case "post", "put", "patch" ->
          List.of("dryRun", "fieldManager", "fieldValidation")
              .forEach(name -> parameters.add(query(name, "string")));
      case "delete" -> parameters.add(query("dryRun", "string"));
      default -> {
        // get has none of its own
      }
    }
    ObjectNode ok = operation.putObject("responses").putObject("200").put("description", "OK");
    ok.putObject("content")
        .putObject("application/json")
        .putObject("schema")
        .put(REFERENCE, TO + schemaName(kind));
    return operation;
  }

  private static void body(ObjectNode operation, Kind kind, List<String> mediaTypes) {
    ObjectNode content = operation.putObject("requestBody").putObject("content");
    boolean patches = operation.path("x-kubernetes-action").asString("").equals("patch");
    for (String mediaType : mediaTypes) {
      ObjectNode schema = content.putObject(mediaType).putObject("schema");
      if (patches) {
        schema.put("type", mediaType.contains("json-patch") ? "array" : "object");
        if (mediaType.contains("json-patch")) {
          schema.putObject("items").put("type", "object");
        }
      } else {
        schema.put(REFERENCE, TO + schemaName(kind));
      }
    }
  }

  private static ObjectNode gvk(Kind kind) {
    return JsonMapper.shared()
        .createObjectNode()
        .put("group", kind.group())
        .put("kind", kind.kind())
        .put("version", kind.version());
  }

  private static ObjectNode query(String name, String type) {
    ObjectNode parameter =
        JsonMapper.shared().createObjectNode().put("name", name).put("in", "query");
    parameter.putObject("schema").put("type", type);
    return parameter;
  }

  private static ObjectNode variable(String name) {
    ObjectNode parameter =
        JsonMapper.shared()
            .createObjectNode()
            .put("name", name)
            .put("in", "path")
            .put("required", true);
    parameter.putObject("schema").put("type", "string");
    return parameter;
  }
}
