package dev.patchbay.agent.node;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** When ended containers run again, and what that makes of the pod's phase. */
enum RestartPolicy {
  ALWAYS,
  ON_FAILURE,
  NEVER;

  static RestartPolicy of(PodView pod) {
    return switch (pod.spec().path("restartPolicy").asString("Always")) {
      case "Never" -> NEVER;
      case "OnFailure" -> ON_FAILURE;
      default -> ALWAYS;
    };
  }

  boolean runsAgain(int exitCode) {
    return switch (this) {
      case ALWAYS -> true;
      case ON_FAILURE -> exitCode != 0;
      case NEVER -> false;
    };
  }

  /** For init containers: once it has succeeded, that is enough. */
  boolean initRunsAgain(int exitCode) {
    return exitCode != 0 && this != NEVER;
  }

  /** Whether all containers have ended for good. */
  boolean isOver(PodView pod, ContainerStates states) {
    for (JsonNode spec : pod.spec().path("initContainers")) {
      var ended = states.ended(spec.path("name").asString(""));
      if (ended.isPresent() && ended.get().exitCode() != 0 && this == NEVER) {
        return true;
      }
    }
    List<Boolean> done = new ArrayList<>();
    pod.spec()
        .path("containers")
        .forEach(spec ->
            done.add(
                states
                    .ended(spec.path("name").asString(""))
                    .filter(end -> !runsAgain(end.exitCode()))
                    .isPresent()));
    return !done.isEmpty() && !done.contains(false);
  }

  /** The phase of a pod as a kubelet tells it. */
  String phase(PodView pod, ContainerStates states, boolean initialized) {
    if (isOver(pod, states)) {
      return states.all().stream()
              .map(one -> states.ended(one.name()))
              .allMatch(end -> end.isPresent() && end.get().exitCode() == 0)
          ? "Succeeded"
          : "Failed";
    }
    if (!initialized) {
      return "Pending";
    }
    boolean allBegan = true;
    for (JsonNode spec : pod.spec().path("containers")) {
      allBegan &= !states.of(spec.path("name").asString("")).isEmpty();
    }
    return allBegan ? "Running" : "Pending";
  }
}
