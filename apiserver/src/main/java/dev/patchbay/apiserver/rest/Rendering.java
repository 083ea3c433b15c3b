package dev.patchbay.apiserver.rest;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.resource.Column;
import dev.patchbay.apiserver.resource.Kind;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How an answer is shown: as the object itself, or as the table that {@code kubectl get} prints.
 *
 * @param table whether a table is wanted
 * @param wholeObjects whether the table's rows hold whole objects ({@code includeObject=Object})
 * @param noObjects whether they hold none
 */
record Rendering(boolean table, boolean wholeObjects, boolean noObjects) {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Set<String> SHOWN =
      Set.of(
          "*/*",
          "application/*",
          "application/json",
          "application/yaml",
          "application/vnd.kubernetes.protobuf");

  /** What a client accepts, the best that we have first. */
  static Rendering of(String accept, Query query) {
    boolean acceptable =
        accept.isBlank()
            || Arrays.stream(accept.split(",", -1))
                .map(type -> type.split(";", 2)[0].strip())
                .anyMatch(SHOWN::contains);
    if (!acceptable) {
      throw new ApiFault(
          406,
          "NotAcceptable",
          "406: Not Acceptable\n\nAvailable representations: application/json,"
              + " application/yaml, application/vnd.kubernetes.protobuf",
          ApiFault.Details.NONE);
    }
    String first =
        Arrays.stream(accept.split(",", -1))
            .map(String::strip)
            .filter(type -> !type.contains("protobuf"))
            .findFirst()
            .orElse("");
    boolean table =
        first.contains("as=Table") && first.contains("v=v1") && !first.contains("v=v1beta1");
    String include = query.text("includeObject").orElse("Metadata");
    return new Rendering(table, include.equals("Object"), include.equals("None"));
  }

  /** An object or a list as this shows it. */
  ObjectNode show(Kind kind, ObjectNode body) {
    if (!table || body.path("kind").asString("").equals("Status")) {
      return body;
    }
    ObjectNode shown =
        JSON.createObjectNode().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
    boolean isList = body.path("items").isArray();
    shown.set("metadata", isList ? body.path("metadata").deepCopy() : version(body));
    ArrayNode columns = shown.putArray("columnDefinitions");
    for (Column column : kind.columns()) {
      columns
          .addObject()
          .put("name", column.name())
          .put("type", column.type())
          .put("format", column.format())
          .put("description", column.description())
          .put("priority", column.priority());
    }
    ArrayNode rows = shown.putArray("rows");
    if (isList) {
      body.path("items").forEach(item -> rows.add(row(kind, (ObjectNode) item)));
    } else {
      rows.add(row(kind, body));
    }
    return shown;
  }

  private static ObjectNode version(ObjectNode object) {
    return JSON.createObjectNode()
        .put("resourceVersion", object.at("/metadata/resourceVersion").asString(""));
  }

  private ObjectNode row(Kind kind, ObjectNode object) {
    ObjectNode row = JSON.createObjectNode();
    ArrayNode cells = row.putArray("cells");
    for (Column column : kind.columns()) {
      JsonNode cell = column.cell().apply(object);
      if (column.type().equals("date") && cell.isString()) {
        cells.add(Ages.of(cell.asString(), Instant.now()));
      } else {
        cells.add(cell.isMissingNode() ? JSON.getNodeFactory().nullNode() : cell);
      }
    }
    if (wholeObjects) {
      row.set("object", object);
    } else if (!noObjects) {
      ObjectNode partial =
          row.putObject("object")
              .put("kind", "PartialObjectMetadata")
              .put("apiVersion", "meta.k8s.io/v1");
      partial.set("metadata", object.path("metadata"));
    }
    return row;
  }
}
