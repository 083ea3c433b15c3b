package dev.patchbay.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** Which running container is meant. */
final class TargetOptions {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "POD",
      description = "[NAMESPACE/]NAME, or a container ID or its beginning.")
  private @Nullable String target;

  @Option(
      names = {"-n", "--namespace"},
      description = "The Kubernetes namespace of the pod.",
      defaultValue = "${env:PATCHBAY_NAMESPACE}")
  private @Nullable String namespace;

  @Option(
      names = "--netns",
      paramLabel = "PATH",
      description = "The network namespace of a container that Patchbay does not know.")
  private @Nullable String netns;

  @Option(
      names = "--container-id",
      paramLabel = "ID",
      description = "The ID of a container that Patchbay does not know.")
  private @Nullable String containerId;

  /** Whether one is meant at all. */
  boolean isGiven() {
    return target != null || containerId != null;
  }

  /** Writes who is meant into a request; refuses when nobody is. */
  void into(ObjectNode request, CommandSpec spec) {
    if (!isGiven() || (target == null && netns == null)) {
      throw new ParameterException(
          spec.commandLine(), "name a pod or container, or give --netns and --container-id");
    }
    write(request);
  }

  /** Writes what is given into a request. */
  void write(ObjectNode request) {
    if (target != null) {
      request.put("target", target);
    }
    if (namespace != null) {
      request.put("namespace", namespace);
    }
    if (netns != null) {
      request.put("netns", netns);
    }
    if (containerId != null) {
      request.put("containerId", containerId);
    }
  }
}
