package dev.patchbay.apiserver.rest;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.resource.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/** A field selector: {@code =}, {@code ==}, {@code !=} on the fields that a kind allows. */
final class FieldSelector implements Predicate<ObjectNode> {
  private static final Set<String> EVERYWHERE = Set.of("metadata.name", "metadata.namespace");
  private static final Set<String> POD =
      Set.of(
          "spec.nodeName",
          "spec.restartPolicy",
          "spec.schedulerName",
          "spec.serviceAccountName",
          "spec.hostNetwork",
          "status.phase",
          "status.podIP",
          "status.nominatedNodeName");
  private static final Set<String> EVENT =
      Set.of(
          "involvedObject.kind",
          "involvedObject.namespace",
          "involvedObject.name",
          "involvedObject.uid",
          "involvedObject.apiVersion",
          "involvedObject.resourceVersion",
          "involvedObject.fieldPath",
          "reason",
          "reportingComponent",
          "source",
          "type");

  private final List<Predicate<ObjectNode>> terms;

  private FieldSelector(List<Predicate<ObjectNode>> terms) {
    this.terms = terms;
  }

  /** Reads one; throws ApiFault 400 for a field that the kind does not allow. */
  static FieldSelector parse(String text, Kind kind) {
    List<Predicate<ObjectNode>> all = new ArrayList<>();
    for (String term : text.split(",", -1)) {
      if (term.isBlank()) {
        continue;
      }
      boolean not = term.contains("!=");
      String[] sides = term.split(not ? "!=" : "==?", 2);
      if (sides.length != 2) {
        throw ApiFault.badRequest(
            "invalid selector: '" + text + "'; can't understand '" + term + "'");
      }
      require(sides[0].strip(), kind);
      String pointer = "/" + sides[0].strip().replace('.', '/');
      String value = sides[1].strip();
      all.add(object -> object.at(pointer).asString("").equals(value) != not);
    }
    return new FieldSelector(all);
  }

  private static void require(String field, Kind kind) {
    boolean known =
        EVERYWHERE.contains(field)
            || (kind.kind().equals("Pod") && POD.contains(field))
            || (kind.kind().equals("Event") && EVENT.contains(field))
            || (kind.kind().equals("Secret") && field.equals("type"))
            || (kind.kind().equals("Namespace") && field.equals("status.phase"))
            || (kind.kind().equals("Node") && field.equals("spec.unschedulable"));
    if (!known && kind.kind().equals("ConfigMap")) {
      throw ApiFault.badRequest(
          "\""
              + field
              + "\" is not a known field selector: only \"metadata.name\","
              + " \"metadata.namespace\"");
    }
    if (!known) {
      throw ApiFault.badRequest("field label not supported: " + field);
    }
  }

  @Override
  public boolean test(ObjectNode object) {
    return terms.stream().allMatch(term -> term.test(object));
  }
}
