package dev.patchbay.cri;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A sandbox to run: the network namespace and cgroup of one pod.
 *
 * @param attempt how many sandboxes this pod had before
 * @param logDirectory where the logs of its containers go; absolute
 * @param labels added to kubelet's own, which win
 * @param annotations the pod's; a CNI plugin may ask for them
 * @param dns resolv.conf of the containers; empty is the host's
 * @param cgroupParent the cgroup that shall hold the pod's; empty is the runtime's choice
 * @param privileged whether a container of it may be
 * @param hostNetwork the host's network namespace instead of one of its own: CNI is not called
 */
public record SandboxConfig(
    PodIdentity pod,
    int attempt,
    String hostname,
    Path logDirectory,
    Map<String, String> labels,
    Map<String, String> annotations,
    Optional<Dns> dns,
    Optional<String> cgroupParent,
    boolean privileged,
    boolean hostNetwork) {
  /** The contents of a resolv.conf. */
  public record Dns(List<String> servers, List<String> searches, List<String> options) {
    public Dns {
      servers = List.copyOf(servers);
      searches = List.copyOf(searches);
      options = List.copyOf(options);
    }
  }

  public SandboxConfig {
    if (!logDirectory.isAbsolute()) {
      throw new IllegalArgumentException("logDirectory is not absolute: " + logDirectory);
    }
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }

  /** The first sandbox of a pod whose hostname is its name, with nothing further asked for. */
  public static SandboxConfig of(PodIdentity pod, Path logDirectory) {
    return new SandboxConfig(
        pod,
        0,
        pod.name(),
        logDirectory,
        Map.of(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        false,
        false);
  }

  /** The same with these annotations. */
  public SandboxConfig annotated(Map<String, String> annotations) {
    return new SandboxConfig(
        pod,
        attempt,
        hostname,
        logDirectory,
        labels,
        annotations,
        dns,
        cgroupParent,
        privileged,
        hostNetwork);
  }

  /** The same below that cgroup. */
  public SandboxConfig below(String cgroupParent) {
    return new SandboxConfig(
        pod,
        attempt,
        hostname,
        logDirectory,
        labels,
        annotations,
        dns,
        Optional.of(cgroupParent),
        privileged,
        hostNetwork);
  }

  /** The same in the host's network namespace. */
  public SandboxConfig inHostNetwork() {
    return new SandboxConfig(
        pod,
        attempt,
        hostname,
        logDirectory,
        labels,
        annotations,
        dns,
        cgroupParent,
        privileged,
        true);
  }
}
