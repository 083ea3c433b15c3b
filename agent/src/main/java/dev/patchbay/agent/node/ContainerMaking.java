package dev.patchbay.agent.node;

import dev.patchbay.cri.ContainerConfig;
import dev.patchbay.cri.Limits;
import dev.patchbay.cri.PodIdentity;
import dev.patchbay.cri.SandboxConfig;
import dev.patchbay.cri.Security;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/**
 * From a pod's spec to what the runtime is asked for.
 *
 * @param settings of the node
 */
record ContainerMaking(NodeSettings settings) {
  /** Tells our sandboxes from those of others in the same runtime. */
  static final String NODE_LABEL = "patchbay.dev/node";

  SandboxConfig sandbox(PodView pod, int attempt) {
    Map<String, String> labels = new HashMap<>(pod.labels());
    labels.put(NODE_LABEL, settings.name());
    return new SandboxConfig(
        new PodIdentity(pod.name().namespace(), pod.name().name(), pod.uid()),
        attempt,
        pod.spec().path("hostname").asString(pod.name().name()),
        logs(pod),
        labels,
        settings.nics().annotations(pod),
        dns(pod.spec()),
        Optional.empty(),
        isPrivileged(pod.spec()),
        pod.spec().path("hostNetwork").asBoolean(false));
  }

  /** Where the logs of a pod's containers are. */
  Path logs(PodView pod) {
    return settings
        .logs()
        .resolve(pod.name().namespace() + "_" + pod.name().name() + "_" + pod.uid());
  }

  ContainerConfig container(
      PodView pod, JsonNode spec, int attempt, Map<String, String> environment) {
    String name = spec.path("name").asString("");
    return new ContainerConfig(
        name,
        attempt,
        spec.path("image").asString(""),
        EnvVars.expanded(spec.path("command"), environment),
        EnvVars.expanded(spec.path("args"), environment),
        Optional.of(spec.path("workingDir").asString("")).filter(text -> !text.isEmpty()),
        environment,
        spec.path("tty").asBoolean(false),
        spec.path("stdin").asBoolean(false),
        spec.path("stdinOnce").asBoolean(false),
        limits(spec.path("resources")),
        security(pod.spec().path("securityContext"), spec.path("securityContext")),
        name + "/" + attempt + ".log",
        Map.of(),
        Map.of());
  }

  private static Limits limits(JsonNode resources) {
    return Limits.of(
        Quantities.milli(resources.path("requests").path("cpu")),
        Quantities.milli(resources.path("limits").path("cpu")),
        Quantities.units(resources.path("limits").path("memory")));
  }

  private static Security security(JsonNode pod, JsonNode container) {
    OptionalLong user = number(container, pod, "runAsUser");
    JsonNode capabilities = container.path("capabilities");
    return new Security(
        user,
        user.isPresent() ? number(container, pod, "runAsGroup") : OptionalLong.empty(),
        container.path("privileged").asBoolean(false),
        container.path("readOnlyRootFilesystem").asBoolean(false),
        texts(capabilities.path("add")),
        texts(capabilities.path("drop")));
  }

  private static OptionalLong number(JsonNode container, JsonNode pod, String key) {
    JsonNode value = container.has(key) ? container.path(key) : pod.path(key);
    return value.isNumber() ? OptionalLong.of(value.asLong()) : OptionalLong.empty();
  }

  private static boolean isPrivileged(JsonNode spec) {
    for (JsonNode container : spec.path("containers")) {
      if (container.path("securityContext").path("privileged").asBoolean(false)) {
        return true;
      }
    }
    return false;
  }

  /** Without a DNS server of a cluster, every policy but None means the host's. */
  private static Optional<SandboxConfig.Dns> dns(JsonNode spec) {
    if (!spec.path("dnsPolicy").asString("").equals("None")) {
      return Optional.empty();
    }
    JsonNode config = spec.path("dnsConfig");
    List<String> options = new ArrayList<>();
    config
        .path("options")
        .forEach(option -> {
          String value = option.path("value").asString("");
          options.add(option.path("name").asString("") + (value.isEmpty() ? "" : ":" + value));
        });
    return Optional.of(
        new SandboxConfig.Dns(
            texts(config.path("nameservers")), texts(config.path("searches")), options));
  }

  private static List<String> texts(JsonNode list) {
    List<String> all = new ArrayList<>();
    list.forEach(one -> all.add(one.asString("")));
    return all;
  }
}
