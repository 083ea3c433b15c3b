package dev.patchbay.apiserver.admission;

import dev.patchbay.apiserver.fault.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** How a pod's spec may change, its NICs aside: hardly. The texts are Kubernetes'. */
final class PodChange {
  private static final String ONLY =
      "pod updates may not change fields other than"
          + " `spec.containers[*].image`,`spec.initContainers[*].image`,"
          + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing"
          + " tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was"
          + " previously negative)\n";

  private PodChange() {}

  static List<Cause> wrong(ObjectNode before, ObjectNode after) {
    JsonNode old = before.path("spec");
    JsonNode now = after.path("spec");
    for (String list : List.of("containers", "initContainers")) {
      if (old.path(list).size() != now.path(list).size()) {
        return List.of(
            Cause.forbidden("spec." + list, "pod updates may not add or remove containers"));
      }
    }
    List<Cause> causes = new ArrayList<>(PodContainers.images(now));
    if (causes.isEmpty()) {
      tolerations(old, now, causes);
      deadline(old, now, causes);
      selector(old, now, causes);
    }
    if (causes.isEmpty()) {
      rest(old, now, causes);
    }
    return causes;
  }

  private static void tolerations(JsonNode old, JsonNode now, List<Cause> causes) {
    for (JsonNode toleration : old.path("tolerations")) {
      boolean kept =
          now.path("tolerations").valueStream().anyMatch(one -> same(one).equals(same(toleration)));
      if (!kept) {
        causes.add(
            Cause.forbidden(
                "spec.tolerations",
                "existing toleration can not be modified except its tolerationSeconds"));
        return;
      }
    }
  }

  private static JsonNode same(JsonNode toleration) {
    return ((ObjectNode) toleration.deepCopy()).without("tolerationSeconds");
  }

  private static void deadline(JsonNode old, JsonNode now, List<Cause> causes) {
    String field = "spec.activeDeadlineSeconds";
    JsonNode was = old.path("activeDeadlineSeconds");
    JsonNode is = now.path("activeDeadlineSeconds");
    if (is.isNumber() && is.asLong() <= 0) {
      causes.add(
          Cause.invalid(field, is.toString(), "must be between 1 and 2147483647, inclusive"));
    } else if (was.isNumber() && (!is.isNumber() || is.asLong() > was.asLong())) {
      causes.add(
          is.isNumber()
              ? Cause.invalid(
                  field, is.toString(), "must be less than or equal to previous value " + was)
              : Cause.invalid(
                  field, "null", "must not update from a positive integer to nil value"));
    }
  }

  /** A pod that is still held back by gates may narrow its node selector. */
  private static void selector(JsonNode old, JsonNode now, List<Cause> causes) {
    if (old.path("schedulingGates").isEmpty()) {
      return;
    }
    boolean grows =
        old.path("nodeSelector").properties().stream()
            .allMatch(
                entry -> entry.getValue().equals(now.path("nodeSelector").path(entry.getKey())));
    if (!grows) {
      causes.add(
          Cause.invalid(
              "spec.nodeSelector",
              now.path("nodeSelector").toString(),
              "only additions to spec.nodeSelector are allowed (no mutations or deletions)"));
    }
  }

  private static void rest(JsonNode old, JsonNode now, List<Cause> causes) {
    ObjectNode was = fixed(old, old);
    ObjectNode is = fixed(now, old);
    if (was.equals(is)) {
      return;
    }
    var names = new TreeSet<>(was.propertyNames());
    names.addAll(is.propertyNames());
    var difference = new StringBuilder();
    for (String name : names) {
      if (!was.path(name).equals(is.path(name))) {
        difference.append("- spec.").append(name).append(": ").append(shown(was.path(name)));
        difference.append("\n+ spec.").append(name).append(": ").append(shown(is.path(name)));
        difference.append('\n');
      }
    }
    causes.add(Cause.forbidden("spec", ONLY + difference));
  }

  private static String shown(JsonNode value) {
    return value.isMissingNode() ? "none" : value.toString();
  }

  /** The spec without what may change. */
  private static ObjectNode fixed(JsonNode spec, JsonNode old) {
    ObjectNode fixed = (ObjectNode) spec.deepCopy();
    fixed.remove(List.of("activeDeadlineSeconds", "tolerations", "nics", "vpc"));
    // a machine is switched on and off by its spec
    if (fixed.path("virtualMachine") instanceof ObjectNode machine) {
      machine.remove(List.of("powerSpec", "shutdownBehavior"));
    }
    for (String list : List.of("containers", "initContainers")) {
      fixed.path(list).forEach(container -> ((ObjectNode) container).remove("image"));
    }
    if (!old.path("schedulingGates").isEmpty()) {
      fixed.remove(List.of("nodeSelector", "schedulingGates"));
    }
    boolean wasNegative = old.path("terminationGracePeriodSeconds").asLong(0) < 0;
    if (wasNegative && spec.path("terminationGracePeriodSeconds").asLong(0) == 1) {
      fixed.set("terminationGracePeriodSeconds", old.path("terminationGracePeriodSeconds"));
    }
    return fixed;
  }
}
