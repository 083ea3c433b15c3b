package dev.patchbay.apiserver.resource;

import dev.patchbay.apiserver.schema.Schema;
import dev.patchbay.apiserver.store.Change;
import dev.patchbay.apiserver.store.ObjectKey;
import dev.patchbay.apiserver.store.Stored;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The view kind Nic: each item of a pod's {@code status.nicStatuses} as an object of its own, named
 * {@code <pod>.<nic>}, so that {@code kubectl get nics} shows every NIC of every pod.
 */
public final class Nics {
  /** Its resource. */
  public static final String PLURAL = "nics";

  /** The kind; read-only. */
  public static final Kind KIND =
      new Kind(
          BuiltIns.PATCHBAY,
          "v1alpha1",
          "Nic",
          PLURAL,
          "nic",
          List.of(),
          List.of(),
          true,
          false,
          Kind.Origin.VIEW,
          Schema.ANYTHING,
          columns(),
          Rules.NONE);

  private Nics() {}

  /** The NICs that a pod's status tells of; they have the pod's version. */
  public static List<Stored> of(Stored pod) {
    List<Stored> nics = new ArrayList<>();
    for (JsonNode status : pod.object().at("/status/nicStatuses")) {
      if (status instanceof ObjectNode item && !item.path("name").asString("").isEmpty()) {
        String name = pod.key().name() + "." + item.path("name").asString();
        nics.add(
            new Stored(
                new ObjectKey(BuiltIns.PATCHBAY, PLURAL, pod.key().namespace(), name),
                pod.version(),
                object(pod, name, item)));
      }
    }
    return nics;
  }

  /** What a change of a pod means for its NICs; what stays as it was is not told. */
  public static List<Change> changes(Change pod) {
    Map<ObjectKey, Stored> before = byKey(pod.before());
    Map<ObjectKey, Stored> after = byKey(pod.after());
    List<Change> changes = new ArrayList<>();
    before.forEach((key, nic) -> {
      if (!after.containsKey(key)) {
        changes.add(new Change(pod.version(), Optional.of(nic), Optional.empty()));
      }
    });
    after.forEach((key, nic) -> {
      Optional<Stored> former = Optional.ofNullable(before.get(key));
      if (former.filter(one -> facts(one).equals(facts(nic))).isEmpty()) {
        changes.add(new Change(pod.version(), former, Optional.of(nic)));
      }
    });
    return changes;
  }

  private static Map<ObjectKey, Stored> byKey(Optional<Stored> pod) {
    Map<ObjectKey, Stored> nics = new LinkedHashMap<>();
    pod.map(Nics::of).orElse(List.of()).forEach(nic -> nics.put(nic.key(), nic));
    return nics;
  }

  private static List<JsonNode> facts(Stored nic) {
    return List.of(nic.object().path("status"), nic.object().at("/metadata/labels"));
  }

  private static ObjectNode object(Stored pod, String name, ObjectNode item) {
    ObjectNode nic = item.objectNode();
    nic.put("apiVersion", KIND.apiVersion()).put("kind", KIND.kind());
    ObjectNode metadata = nic.putObject("metadata");
    metadata.put("name", name).put("namespace", pod.key().namespace());
    metadata.put("uid", pod.object().at("/metadata/uid").asString("") + "." + text(item, "name"));
    metadata.put("resourceVersion", Long.toString(pod.version()));
    String since = text(item, "since");
    metadata.put(
        "creationTimestamp",
        since.isEmpty() ? pod.object().at("/metadata/creationTimestamp").asString("") : since);
    if (pod.object().at("/metadata/labels") instanceof ObjectNode labels) {
      metadata.set("labels", labels);
    }
    ObjectNode owner = metadata.putArray("ownerReferences").addObject();
    owner.put("apiVersion", "v1").put("kind", "Pod").put("name", pod.key().name());
    owner.put("uid", pod.object().at("/metadata/uid").asString(""));
    nic.putObject("spec").put("pod", pod.key().name()).put("nic", text(item, "name"));
    nic.set("status", item);
    return nic;
  }

  private static List<Column> columns() {
    return List.of(
        Column.text("Pod", 0, nic -> nic.at("/spec/pod").asString("")),
        Column.text("NIC", 0, nic -> nic.at("/spec/nic").asString("")),
        Column.text("State", 0, Nics::state),
        Column.text("VPC/Network", 0, Nics::network),
        Column.text("IP", 0, Nics::addresses),
        status("MAC", 0, "mac"),
        Tables.AGE,
        status("Port", 1, "portID"),
        status("Phase", 1, "phase"),
        status("Host", 1, "host"),
        guest("Guest", "state"),
        Column.text("Guest IP", 1, said(Nics::guestAddresses)),
        guest("Note", "reason"),
        new Column("Name", "string", "name", "", 1, nic -> nic.at("/metadata/name")));
  }

  private static Column status(String name, int priority, String field) {
    return Column.text(name, priority, said(nic -> text(nic.path("status"), field)));
  }

  private static Column guest(String name, String field) {
    return Column.text(name, 1, said(nic -> text(nic.at("/status/guest"), field)));
  }

  private static String guestAddresses(ObjectNode nic) {
    return nic.at("/status/guest/ips")
        .valueStream()
        .map(address -> address.asString(""))
        .collect(Collectors.joining(","));
  }

  /** With the reason, which a failed one has. */
  private static String state(ObjectNode nic) {
    String state = said(status -> text(status.path("status"), "state")).apply(nic);
    String reason = text(nic.path("status"), "reason");
    return state.equals("Failed") && !reason.isEmpty() ? state + " (" + reason + ")" : state;
  }

  private static String network(ObjectNode nic) {
    JsonNode status = nic.path("status");
    String network = text(status, "network");
    String vpc = text(status, "vpc");
    return vpc.isEmpty() || network.isEmpty()
        ? said(_ -> vpc + network).apply(nic)
        : vpc + "/" + network;
  }

  private static String addresses(ObjectNode nic) {
    return said(object ->
            object
                .at("/status/ipAddresses")
                .valueStream()
                .map(address -> address.asString(""))
                .collect(Collectors.joining(",")))
        .apply(nic);
  }

  private static Function<ObjectNode, String> said(Function<ObjectNode, String> field) {
    return nic -> {
      String text = field.apply(nic);
      return text.isEmpty() ? "<none>" : text;
    };
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asString("");
  }
}
