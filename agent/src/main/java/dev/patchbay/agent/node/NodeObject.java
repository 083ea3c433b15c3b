package dev.patchbay.agent.node;

import dev.patchbay.cni.json.Json;
import dev.patchbay.core.nic.IpText;
import dev.patchbay.kube.client.KubeApi;
import dev.patchbay.kube.client.KubeFailure;
import dev.patchbay.kube.client.KubeName;
import dev.patchbay.kube.client.KubeResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Node object: made at the start, then kept fresh by a heartbeat.
 *
 * @param api where it is
 * @param settings what is in it
 * @param clock for its times
 */
record NodeObject(KubeApi api, NodeSettings settings, Clock clock) {
  /** The Kubernetes version whose kubelet this stands in for, as the API tells it of itself. */
  private static final String VERSION = "v1.36.0+patchbay";

  private static final Path RELEASE = Path.of("/etc/os-release");

  /** Makes it, or brings its labels up to date; labels that others gave it stay. */
  void register(String runtime) {
    ObjectNode node = Json.newObject();
    node.put("apiVersion", "v1").put("kind", "Node");
    ObjectNode metadata = node.putObject("metadata");
    metadata.put("name", settings.name());
    ObjectNode labels = metadata.putObject("labels");
    settings.allLabels().forEach(labels::put);
    node.putObject("spec");
    try {
      api.create(KubeResource.NODES, node);
    } catch (KubeFailure e) {
      if (!e.isAlreadyExists()) {
        throw e;
      }
      ObjectNode merge = Json.newObject();
      merge.putObject("metadata").set("labels", labels);
      api.patch(KubeResource.NODES, name(), merge);
    }
    ObjectNode status = status(true, "patchbay is ready");
    status.set("addresses", addresses());
    status.set("nodeInfo", facts(runtime));
    write(status);
  }

  /** Says that the node is alive. */
  void beat() {
    write(status(true, "patchbay is ready"));
  }

  /** Says that it is going. */
  void leave() {
    write(status(false, "patchbay has been stopped"));
  }

  private KubeName name() {
    return KubeName.ofCluster(settings.name());
  }

  private void write(ObjectNode status) {
    ObjectNode merge = Json.newObject();
    merge.set("status", status);
    api.patchStatus(KubeResource.NODES, name(), merge);
  }

  private ObjectNode status(boolean ready, String message) {
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    ObjectNode status = Json.newObject();
    ObjectNode condition = status.putArray("conditions").addObject();
    condition.put("type", "Ready").put("status", ready ? "True" : "False");
    condition.put("reason", ready ? "PatchbayReady" : "PatchbayStopped").put("message", message);
    condition.put("lastHeartbeatTime", now).put("lastTransitionTime", since(ready, now));
    return status;
  }

  private String since(boolean ready, String now) {
    JsonNode former =
        api.get(KubeResource.NODES, name())
            .map(node -> node.path("status").path("conditions").path(0))
            .orElseGet(Json::newObject);
    boolean same = former.path("status").asString("").equals(ready ? "True" : "False");
    return same ? former.path("lastTransitionTime").asString(now) : now;
  }

  private JsonNode addresses() {
    var all = Json.newObject().putArray("addresses");
    settings
        .addresses()
        .forEach(ip -> all.addObject().put("type", "InternalIP").put("address", IpText.of(ip)));
    all.addObject().put("type", "Hostname").put("address", settings.name());
    return all;
  }

  private ObjectNode facts(String runtime) {
    return Json.newObject()
        .put("architecture", NodeSettings.architecture())
        .put("operatingSystem", "linux")
        .put("kernelVersion", System.getProperty("os.version", ""))
        .put("osImage", image())
        .put("containerRuntimeVersion", runtime)
        .put("kubeletVersion", VERSION);
  }

  private static String image() {
    try {
      return Files.readAllLines(RELEASE).stream()
          .filter(line -> line.startsWith("PRETTY_NAME="))
          .map(line -> line.substring("PRETTY_NAME=".length()).replace("\"", ""))
          .findFirst()
          .orElse("Linux");
    } catch (IOException _) {
      return "Linux"; // a machine without that file works as well
    }
  }

  /** Whether a pod's node selector fits, and which of its labels does not. */
  static Map<String, String> unmet(PodView pod, Map<String, String> labels) {
    Map<String, String> wanted = PodView.strings(pod.spec().path("nodeSelector"));
    wanted.entrySet().removeIf(pair -> pair.getValue().equals(labels.get(pair.getKey())));
    return wanted;
  }
}
