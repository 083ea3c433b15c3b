package dev.patchbay.apiserver.admission;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.fault.Cause;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How {@code spec.vpc} and {@code spec.nics} may change while a pod exists: NICs come and go, those
 * that stay stay as they are, and the first one stays.
 */
final class NicChange {
  /** Holds the primary NIC's name, which is fixed when the pod is created. */
  static final String PRIMARY = "patchbay.dev/primary-nic";

  private static final List<String> FIXED =
      List.of("subnetName", "portId", "ipAddress", "tag", "ipv6Enabled");
  private static final String RULE =
      "this NIC got no name when the pod was created, so NICs can be neither plugged nor unplugged;"
          + " create the pod anew with a name for each NIC";

  private NicChange() {}

  /** Records the primary NIC of a new pod. */
  static void record(ObjectNode pod) {
    List<String> names = NicList.names(pod.path("spec"));
    if (pod.path("metadata").path("annotations") instanceof ObjectNode annotations) {
      annotations.remove(PRIMARY);
    }
    if (!names.isEmpty()) {
      pod.withObjectProperty("metadata")
          .withObjectProperty("annotations")
          .put(PRIMARY, names.getFirst());
    }
  }

  /** Keeps what was recorded, whatever the client says. */
  static void keep(ObjectNode before, ObjectNode after) {
    JsonNode known = before.path("metadata").path("annotations").path(PRIMARY);
    if (known.isString()) {
      after.withObjectProperty("metadata").withObjectProperty("annotations").set(PRIMARY, known);
    } else if (after.path("metadata").path("annotations") instanceof ObjectNode annotations) {
      annotations.remove(PRIMARY);
    }
  }

  /** Refuses a patch about NICs of a pod whose NICs have no names; throws ApiFault. */
  static void refuse(ObjectNode before, JsonNode patch) {
    Optional<Integer> unnamed = NicList.unnamed(before.path("spec"));
    boolean isAboutNics =
        patch.path("spec").propertyNames().stream()
            .anyMatch(name -> name.equals("nics") || name.endsWith("/nics"));
    if (unnamed.isPresent() && isAboutNics) {
      throw ApiFault.invalid(
          "", "Pod", before.at("/metadata/name").asString(""), List.of(unnamed(unnamed.get())));
    }
  }

  private static Cause unnamed(int index) {
    return Cause.forbidden(NicList.FIELD + "[" + index + "].name", RULE);
  }

  /** What may not be. */
  static List<Cause> wrong(ObjectNode before, ObjectNode after) {
    JsonNode old = before.path("spec");
    JsonNode now = after.path("spec");
    List<Cause> causes = new ArrayList<>();
    if (!text(old, "vpc").equals(text(now, "vpc"))) {
      causes.add(
          Cause.forbidden("spec.vpc", "may not be changed from \"" + text(old, "vpc") + "\""));
    }
    if (old.path("nics").equals(now.path("nics"))) {
      return causes;
    }
    Optional<Integer> unnamed = NicList.unnamed(old);
    if (unnamed.isPresent()) {
      causes.add(unnamed(unnamed.get()));
      return causes;
    }
    NicList.unnamed(now)
        .ifPresent(index ->
            causes.add(
                Cause.required(
                    NicList.FIELD + "[" + index + "].name",
                    "a NIC that is plugged into an existing pod must have a name")));
    primary(before, now).ifPresent(causes::add);
    causes.addAll(changed(old, now));
    return causes;
  }

  private static Optional<Cause> primary(ObjectNode before, JsonNode now) {
    String primary = before.path("metadata").path("annotations").path(PRIMARY).asString("");
    List<String> names = NicList.names(now);
    if (primary.isEmpty()) {
      // The pod never had a list: its first NIC is the runtime's, and no list takes it away.
      int index = names.indexOf("eth0");
      return index < 0
          ? Optional.empty()
          : Optional.of(
              Cause.forbidden(
                  NicList.FIELD + "[" + index + "].name",
                  "eth0 is the NIC that the pod has had since its creation without a list; choose"
                      + " another name"));
    }
    return names.contains(primary)
        ? Optional.empty()
        : Optional.of(
            Cause.forbidden(
                NicList.FIELD,
                "the primary NIC "
                    + primary
                    + " may not be removed; keep it in the list, or delete the pod"));
  }

  private static List<Cause> changed(JsonNode old, JsonNode now) {
    Map<String, JsonNode> before = new HashMap<>();
    old.path("nics").forEach(nic -> before.put(nic.path("name").asString(""), nic));
    List<Cause> causes = new ArrayList<>();
    int index = 0;
    for (JsonNode nic : now.path("nics")) {
      JsonNode was = before.get(nic.path("name").asString(""));
      for (String field : FIXED) {
        if (was == null) {
          continue; // it is new
        }
        boolean mayBeSet = field.equals("portId") && text(was, field).isEmpty();
        if (!mayBeSet && !text(was, field).equals(text(nic, field))) {
          causes.add(
              Cause.forbidden(
                  NicList.FIELD + "[" + index + "]." + field,
                  "may not be changed from \""
                      + text(was, field)
                      + "\"; unplug the NIC and plug it anew"));
        }
      }
      index++;
    }
    return causes;
  }

  /** A flag that is absent counts as false, a text as empty. */
  private static String text(JsonNode object, String field) {
    JsonNode value = object.path(field);
    return value.isBoolean() && !value.asBoolean() ? "" : value.asString("");
  }
}
