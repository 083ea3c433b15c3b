package dev.patchbay.cri;

import dev.patchbay.cri.wire.Cri;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Sandboxes as messages and back. */
final class SandboxMessages {
  private static final JsonMapper JSON = JsonMapper.shared();

  private SandboxMessages() {}

  static Cri.PodSandboxConfig config(SandboxConfig config) {
    var metadata =
        Cri.PodSandboxMetadata.newBuilder()
            .setName(config.pod().name())
            .setNamespace(config.pod().namespace())
            .setUid(config.pod().uid())
            .setAttempt(config.attempt());
    var linux =
        Cri.LinuxPodSandboxConfig.newBuilder()
            .setSecurityContext(
                Cri.LinuxSandboxSecurityContext.newBuilder()
                    .setNamespaceOptions(namespaces(config))
                    .setPrivileged(config.privileged()));
    config.cgroupParent().ifPresent(linux::setCgroupParent);
    var message =
        Cri.PodSandboxConfig.newBuilder()
            .setMetadata(metadata)
            // with the host's network comes the host's UTS namespace, whose name is not to be set
            .setHostname(config.hostNetwork() ? "" : config.hostname())
            .setLogDirectory(config.logDirectory().toString())
            .putAllLabels(Labels.of(config.pod(), config.labels()))
            .putAllAnnotations(config.annotations())
            .setLinux(linux);
    config
        .dns()
        .ifPresent(dns ->
            message.setDnsConfig(
                Cri.DNSConfig.newBuilder()
                    .addAllServers(dns.servers())
                    .addAllSearches(dns.searches())
                    .addAllOptions(dns.options())));
    return message.build();
  }

  /** CRI's default would show every container the processes of the others; a Pod's does not. */
  static Cri.NamespaceOption namespaces(SandboxConfig config) {
    return Cri.NamespaceOption.newBuilder()
        .setPid(Cri.NamespaceMode.CONTAINER)
        .setNetwork(config.hostNetwork() ? Cri.NamespaceMode.NODE : Cri.NamespaceMode.POD)
        .build();
  }

  static Sandbox sandbox(Cri.PodSandbox message) {
    return new Sandbox(
        message.getId(),
        pod(message.getMetadata()),
        message.getMetadata().getAttempt(),
        message.getState() == Cri.PodSandboxState.SANDBOX_READY,
        instant(message.getCreatedAt()),
        message.getLabelsMap(),
        message.getAnnotationsMap());
  }

  static SandboxStatus status(Cri.PodSandboxStatusResponse answer) {
    Cri.PodSandboxStatus message = answer.getStatus();
    Sandbox sandbox =
        new Sandbox(
            message.getId(),
            pod(message.getMetadata()),
            message.getMetadata().getAttempt(),
            message.getState() == Cri.PodSandboxState.SANDBOX_READY,
            instant(message.getCreatedAt()),
            message.getLabelsMap(),
            message.getAnnotationsMap());
    List<String> ips = new ArrayList<>();
    if (!message.getNetwork().getIp().isEmpty()) {
      ips.add(message.getNetwork().getIp());
    }
    message.getNetwork().getAdditionalIpsList().forEach(more -> ips.add(more.getIp()));
    JsonNode verbose = verbose(answer.getInfoOrDefault("info", "{}"));
    return new SandboxStatus(sandbox, ips, netns(verbose), verbose.path("cniResult"));
  }

  private static Optional<Path> netns(JsonNode verbose) {
    JsonNode spaces = verbose.path("runtimeSpec").path("linux").path("namespaces");
    return StreamSupport.stream(spaces.spliterator(), false)
        .filter(space -> space.path("type").asString().equals("network"))
        .map(space -> space.path("path").asString(""))
        .filter(path -> !path.isEmpty())
        .map(Path::of)
        .findFirst();
  }

  // For debugging only, says the CRI: a runtime may write there whatever it likes.
  private static JsonNode verbose(String text) {
    try {
      return JSON.readTree(text);
    } catch (JacksonException _) {
      return MissingNode.getInstance();
    }
  }

  private static PodIdentity pod(Cri.PodSandboxMetadata metadata) {
    return new PodIdentity(metadata.getNamespace(), metadata.getName(), metadata.getUid());
  }

  static Instant instant(long nanos) {
    return Instant.ofEpochSecond(0, nanos);
  }
}
