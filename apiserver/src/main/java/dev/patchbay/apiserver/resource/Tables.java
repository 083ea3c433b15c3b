package dev.patchbay.apiserver.resource;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code kubectl get} shows of each built-in kind. */
final class Tables {
  private static final String ROLE = "node-role.kubernetes.io/";

  private static final Column NAME =
      new Column("Name", "string", "name", "", 0, object -> object.at("/metadata/name"));

  /** Shown as an age. */
  static final Column AGE =
      new Column("Age", "date", "", "", 0, object -> object.at("/metadata/creationTimestamp"));

  static final List<Column> NAMESPACE =
      List.of(NAME, Column.text("Status", 0, at("/status/phase")), AGE);

  static final List<Column> NODE =
      List.of(
          NAME,
          Column.text("Status", 0, Tables::nodeStatus),
          Column.text("Roles", 0, Tables::roles),
          AGE,
          Column.text("Version", 0, at("/status/nodeInfo/kubeletVersion")),
          Column.text("Internal-IP", 1, Tables::internalIp),
          Column.text("External-IP", 1, _ -> "<none>"),
          Column.text("OS-Image", 1, at("/status/nodeInfo/osImage")),
          Column.text("Kernel-Version", 1, at("/status/nodeInfo/kernelVersion")),
          Column.text("Container-Runtime", 1, at("/status/nodeInfo/containerRuntimeVersion")));

  static final List<Column> POD =
      List.of(
          NAME,
          Column.text("Ready", 0, Tables::ready),
          Column.text("Status", 0, Tables::podStatus),
          Column.text("Restarts", 0, Tables::restarts),
          AGE,
          Column.text("IP", 1, at("/status/podIP")),
          Column.text("Node", 1, at("/spec/nodeName")),
          Column.text("NICs", 1, Tables::nics));

  static final List<Column> CONFIG_MAP =
      List.of(
          NAME,
          Column.text(
              "Data",
              0,
              object ->
                  Integer.toString(object.path("data").size() + object.path("binaryData").size())),
          AGE);

  static final List<Column> SECRET =
      List.of(
          NAME,
          Column.text("Type", 0, at("/type")),
          Column.text("Data", 0, object -> Integer.toString(object.path("data").size())),
          AGE);

  static final List<Column> EVENT =
      List.of(
          new Column(
              "Last Seen",
              "date",
              "",
              "",
              0,
              object ->
                  first(object, "/lastTimestamp", "/eventTime", "/metadata/creationTimestamp")),
          Column.text("Type", 0, at("/type")),
          Column.text("Reason", 0, at("/reason")),
          Column.text(
              "Object",
              0,
              object ->
                  object.at("/involvedObject/kind").asString("").toLowerCase(Locale.ROOT)
                      + "/"
                      + object.at("/involvedObject/name").asString("")),
          Column.text("Message", 0, at("/message")),
          Column.text("Source", 1, at("/source/component")),
          Column.text("Count", 1, at("/count")),
          new Column("Name", "string", "name", "", 1, object -> object.at("/metadata/name")));

  static final List<Column> DEFINITION =
      List.of(
          NAME,
          new Column(
              "Created At",
              "string",
              "",
              "",
              0,
              object -> object.at("/metadata/creationTimestamp")));

  private Tables() {}

  static Column name() {
    return NAME;
  }

  private static java.util.function.Function<ObjectNode, String> at(String pointer) {
    return object -> object.at(pointer).asString("<none>");
  }

  private static JsonNode first(ObjectNode object, String... pointers) {
    for (String pointer : pointers) {
      if (object.at(pointer).isString()) {
        return object.at(pointer);
      }
    }
    return object.nullNode();
  }

  private static String nodeStatus(ObjectNode node) {
    String ready =
        condition(node, "Ready").map(status -> status.equals("True")).orElse(false)
            ? "Ready"
            : "NotReady";
    return node.at("/spec/unschedulable").asBoolean(false) ? ready + ",SchedulingDisabled" : ready;
  }

  private static Optional<String> condition(ObjectNode object, String type) {
    return object
        .at("/status/conditions")
        .valueStream()
        .filter(condition -> condition.path("type").asString("").equals(type))
        .map(condition -> condition.path("status").asString(""))
        .findFirst();
  }

  /** Each is a label of its own, as kubeadm writes them. */
  private static String roles(ObjectNode node) {
    String roles =
        node.at("/metadata/labels").propertyNames().stream()
            .filter(label -> label.startsWith(ROLE))
            .map(label -> label.substring(ROLE.length()))
            .sorted()
            .collect(Collectors.joining(","));
    return roles.isEmpty() ? "<none>" : roles;
  }

  private static String internalIp(ObjectNode node) {
    return node.at("/status/addresses")
        .valueStream()
        .filter(address -> address.path("type").asString("").equals("InternalIP"))
        .map(address -> address.path("address").asString(""))
        .findFirst()
        .orElse("<none>");
  }

  private static String ready(ObjectNode pod) {
    long ready =
        pod.at("/status/containerStatuses")
            .valueStream()
            .filter(container -> container.path("ready").asBoolean(false))
            .count();
    return ready + "/" + pod.at("/spec/containers").size();
  }

  private static String restarts(ObjectNode pod) {
    return Integer.toString(
        pod.at("/status/containerStatuses")
            .valueStream()
            .mapToInt(container -> container.path("restartCount").asInt(0))
            .sum());
  }

  /** The most telling word: why a container waits or ended, before the phase. */
  private static String podStatus(ObjectNode pod) {
    if (pod.at("/metadata/deletionTimestamp").isString()) {
      return "Terminating";
    }
    for (JsonNode container : pod.at("/status/containerStatuses")) {
      for (String state : List.of("waiting", "terminated")) {
        String reason = container.path("state").path(state).path("reason").asString("");
        if (!reason.isEmpty()) {
          return reason;
        }
      }
    }
    String reason = pod.at("/status/reason").asString("");
    return reason.isEmpty() ? pod.at("/status/phase").asString("Unknown") : reason;
  }

  private static String nics(ObjectNode pod) {
    return pod.at("/status/nicStatuses")
        .valueStream()
        .map(nic -> nic.path("name").asString("?") + "=" + nic.path("state").asString("?"))
        .collect(Collectors.joining(","));
  }
}
