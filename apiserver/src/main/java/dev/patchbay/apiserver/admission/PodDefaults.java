package dev.patchbay.apiserver.admission;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a pod's fields are when nothing is said: Kubernetes' defaults, and those of VM pods. */
final class PodDefaults {
  private static final int GRACE_SECONDS = 30;

  private PodDefaults() {}

  static void fill(ObjectNode pod) {
    ObjectNode spec = pod.withObjectProperty("spec");
    String name = pod.at("/metadata/name").asString("");
    if (spec.path("virtualMachine").isObject() && spec.path("containers").isEmpty()) {
      spec.putArray("containers").add(console((ObjectNode) spec.path("virtualMachine"), name));
    }
    text(spec, "restartPolicy", "Always");
    text(spec, "dnsPolicy", "ClusterFirst");
    text(spec, "schedulerName", "default-scheduler");
    number(spec, "terminationGracePeriodSeconds", GRACE_SECONDS);
    object(spec, "securityContext");
    if (!spec.has("enableServiceLinks")) {
      spec.put("enableServiceLinks", true);
    }
    for (String list : List.of("initContainers", "containers")) {
      for (JsonNode container : spec.path(list)) {
        if (container instanceof ObjectNode object) {
          container(object);
        }
      }
    }
    text(pod.withObjectProperty("status"), "phase", "Pending");
  }

  /** kubectl attaches to containers only, so a virtual machine is seen as one with a terminal. */
  private static ObjectNode console(ObjectNode machine, String pod) {
    ObjectNode container = machine.objectNode();
    container.put("name", machine.path("name").asString(pod));
    container.put("image", machine.path("image").asString(""));
    if (machine.has("imagePullPolicy")) {
      container.put("imagePullPolicy", machine.path("imagePullPolicy").asString(""));
    }
    if (machine.path("resources").isObject()) {
      container.set("resources", machine.path("resources").deepCopy());
    }
    return container.put("stdin", true).put("tty", true);
  }

  private static void container(ObjectNode container) {
    text(container, "terminationMessagePath", "/dev/termination-log");
    text(container, "terminationMessagePolicy", "File");
    object(container, "resources");
    String image = container.path("image").asString("");
    String last = image.substring(image.lastIndexOf('/') + 1);
    boolean latest = !last.contains("@") && (!last.contains(":") || last.endsWith(":latest"));
    text(container, "imagePullPolicy", latest ? "Always" : "IfNotPresent");
    for (JsonNode port : container.path("ports")) {
      if (port instanceof ObjectNode object) {
        text(object, "protocol", "TCP");
      }
    }
  }

  /** The status names the NICs at once, the primary one first, because patches reorder the spec. */
  static void expect(ObjectNode pod) {
    List<String> names = NicList.names(pod.path("spec"));
    if (names.isEmpty()) {
      return;
    }
    ArrayNode nics = pod.withObjectProperty("status").putArray("nicStatuses");
    names.forEach(name -> nics.addObject().put("name", name).put("state", "InProgress"));
  }

  private static void text(ObjectNode object, String field, String value) {
    if (object.path(field).asString("").isEmpty()) {
      object.put(field, value);
    }
  }

  private static void number(ObjectNode object, String field, int value) {
    if (!object.has(field)) {
      object.put(field, value);
    }
  }

  private static void object(ObjectNode object, String field) {
    if (!object.has(field)) {
      object.putObject(field);
    }
  }
}
