package dev.patchbay.apiserver.admission;

import dev.patchbay.apiserver.fault.Cause;
import dev.patchbay.apiserver.resource.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A definition must be one that can be served. */
record DefinitionRules() implements Rules {
  @Override
  public void fillIn(ObjectNode object) {
    if (object.path("spec").path("names") instanceof ObjectNode names) {
      String kind = names.path("kind").asString("");
      fill(names, "singular", kind.toLowerCase(Locale.ROOT));
      fill(names, "listKind", kind + "List");
      ((ObjectNode) object.path("spec"))
          .withObjectProperty("conversion")
          .put(
              "strategy", object.path("spec").path("conversion").path("strategy").asString("None"));
    }
  }

  private static void fill(ObjectNode object, String field, String value) {
    if (object.path(field).asString("").isEmpty()) {
      object.put(field, value);
    }
  }

  @Override
  public List<Cause> wrongWhenCreated(ObjectNode object) {
    List<Cause> causes = new ArrayList<>();
    JsonNode spec = object.path("spec");
    for (String field : List.of("/group", "/names/plural", "/names/kind")) {
      if (spec.at(field).asString("").isEmpty()) {
        causes.add(Cause.required("spec" + field.replace('/', '.'), ""));
      }
    }
    String name = spec.at("/names/plural").asString("") + "." + spec.path("group").asString("");
    if (causes.isEmpty() && !object.at("/metadata/name").asString("").equals(name)) {
      causes.add(
          Cause.invalid(
              "metadata.name",
              object.at("/metadata/name").toString(),
              "must be spec.names.plural+\".\"+spec.group"));
    }
    String scope = spec.path("scope").asString("");
    if (!List.of("Cluster", "Namespaced").contains(scope)) {
      causes.add(
          Cause.notSupported("spec.scope", "\"" + scope + "\"", "\"Cluster\", \"Namespaced\""));
    }
    versions(spec, causes);
    return causes;
  }

  private static void versions(JsonNode spec, List<Cause> causes) {
    long stored =
        spec.path("versions")
            .valueStream()
            .filter(version -> version.path("storage").asBoolean(false))
            .count();
    if (stored != 1) {
      causes.add(
          Cause.invalid(
              "spec.versions",
              Long.toString(stored),
              "must have exactly one version marked as storage version"));
    }
    int index = 0;
    for (JsonNode version : spec.path("versions")) {
      String at = "spec.versions[" + index++ + "]";
      if (version.path("name").asString("").isEmpty()) {
        causes.add(Cause.required(at + ".name", ""));
      }
      if (!version.at("/schema/openAPIV3Schema").isObject()) {
        causes.add(Cause.required(at + ".schema.openAPIV3Schema", "schemas are required"));
      }
    }
  }

  @Override
  public List<Cause> wrongWhenChanged(ObjectNode before, ObjectNode after) {
    List<Cause> causes = new ArrayList<>();
    for (String field : List.of("/group", "/scope", "/names/plural", "/names/kind")) {
      JsonNode now = after.path("spec").at(field);
      if (!before.path("spec").at(field).equals(now)) {
        causes.add(
            Cause.invalid("spec" + field.replace('/', '.'), now.toString(), "field is immutable"));
      }
    }
    causes.addAll(wrongWhenCreated(after));
    return causes;
  }
}
