package dev.patchbay.apiserver.resource;

import dev.patchbay.apiserver.schema.Components;
import dev.patchbay.apiserver.schema.Schema;
import dev.patchbay.apiserver.schema.Validation;
import dev.patchbay.apiserver.store.ObjectKey;
import dev.patchbay.apiserver.store.ObjectStore;
import dev.patchbay.apiserver.store.Stored;
import dev.patchbay.apiserver.store.Write;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Kinds that users define: one of each CustomResourceDefinition, in the version that it stores.
 *
 * @param store where the definitions are
 * @param kinds where the kinds are served
 */
public record Definitions(ObjectStore store, Kinds kinds) {
  /** The definitions' own resource. */
  public static final String PLURAL = "customresourcedefinitions";

  /** Serves what is defined now, and nothing else but what is built in. */
  public void serveAll() {
    Set<String> defined = new HashSet<>();
    for (Stored stored : store.list(BuiltIns.EXTENSIONS, PLURAL, Optional.empty()).items()) {
      kind(stored.object())
          .ifPresent(kind -> {
            kinds.put(kind);
            defined.add(kind.qualified());
            establish(stored);
          });
    }
    for (Kind kind : kinds.all()) {
      if (kind.origin() == Kind.Origin.CUSTOM && !defined.contains(kind.qualified())) {
        kinds.remove(kind.group(), kind.plural());
        store
            .list(kind.group(), kind.plural(), Optional.empty())
            .items()
            .forEach(object -> store.change(object.key(), _ -> new Write.Delete()));
      }
    }
  }

  /** The kind that a definition defines; empty while it has no served version. */
  static Optional<Kind> kind(ObjectNode definition) {
    JsonNode spec = definition.path("spec");
    return spec.path("versions")
        .valueStream()
        .filter(version -> version.path("served").asBoolean(false))
        .filter(version -> version.path("storage").asBoolean(false))
        .findFirst()
        .map(version -> kind(spec, version));
  }

  private static Kind kind(JsonNode spec, JsonNode version) {
    JsonNode names = spec.path("names");
    String kind = names.path("kind").asString("");
    return new Kind(
        spec.path("group").asString(""),
        version.path("name").asString(""),
        kind,
        names.path("plural").asString(""),
        names.path("singular").asString(kind.toLowerCase(java.util.Locale.ROOT)),
        texts(names.path("shortNames")),
        texts(names.path("categories")),
        spec.path("scope").asString("").equals("Namespaced"),
        version.path("subresources").has("status"),
        Kind.Origin.CUSTOM,
        schema(version),
        columns(version.path("additionalPrinterColumns")),
        Rules.NONE);
  }

  private static Schema schema(JsonNode version) {
    return version.at("/schema/openAPIV3Schema") instanceof ObjectNode text
        ? Components.standalone(text)
        : Schema.ANYTHING;
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::asString).toList();
  }

  private static List<Column> columns(JsonNode printed) {
    List<Column> columns = new ArrayList<>(List.of(Tables.name()));
    for (JsonNode column : printed) {
      FieldPath path = FieldPath.parse(column.path("jsonPath").asString(""));
      columns.add(
          new Column(
              column.path("name").asString(""),
              column.path("type").asString("string"),
              column.path("format").asString(""),
              column.path("description").asString(""),
              column.path("priority").asInt(0),
              path::of));
    }
    if (printed.isEmpty()) {
      columns.add(Tables.AGE);
    }
    return columns;
  }

  private void establish(Stored definition) {
    if (definition.object().at("/status/conditions").size() > 0) {
      return;
    }
    store.change(
        new ObjectKey(BuiltIns.EXTENSIONS, PLURAL, "", definition.key().name()),
        before -> before.isEmpty() ? new Write.Keep() : new Write.Put(established(before.get())));
  }

  private static ObjectNode established(Stored before) {
    ObjectNode next = before.object().deepCopy();
    ObjectNode status = next.withObjectProperty("status");
    status.set("acceptedNames", next.at("/spec/names").deepCopy());
    ArrayNode versions = status.putArray("storedVersions");
    next.at("/spec/versions")
        .valueStream()
        .filter(version -> version.path("storage").asBoolean(false))
        .forEach(version -> versions.add(version.path("name").asString("")));
    ArrayNode conditions = status.putArray("conditions");
    for (String type : List.of("NamesAccepted", "Established")) {
      conditions
          .addObject()
          .put("type", type)
          .put("status", "True")
          .put("reason", type.equals("Established") ? "InitialNamesAccepted" : "NoConflicts")
          .put("message", "")
          .put("lastTransitionTime", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }
    if (Validation.hasRules(next.path("spec"))) {
      conditions
          .addObject()
          .put("type", "ValidationRulesEvaluated")
          .put("status", "False")
          .put("reason", "NotSupported")
          .put("message", "x-kubernetes-validations (CEL) are kept but not evaluated here")
          .put("lastTransitionTime", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }
    return next;
  }
}
