package dev.patchbay.apiserver.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Which container of a pod is meant, in the words of the real API server.
 *
 * @param pod the whole object
 */
record PodContainers(JsonNode pod) {
  private static final Set<String> COMPLETED = Set.of("Succeeded", "Failed");

  /** The one asked for, or the only one. */
  ContainerRef choose(Optional<String> asked) throws StreamRefusal {
    List<String> names = names("containers");
    if (asked.isEmpty() && names.size() != 1) {
      throw StreamRefusal.badRequest(
          "a container name must be specified for pod %s, choose one of: %s"
              .formatted(name(), names));
    }
    String chosen = asked.orElseGet(names::getFirst);
    names.addAll(names("initContainers"));
    if (!names.contains(chosen)) {
      throw StreamRefusal.badRequest(
          "container %s is not valid for pod %s".formatted(chosen, name()));
    }
    JsonNode metadata = pod.path("metadata");
    return new ContainerRef(
        metadata.path("namespace").asString(""), name(), metadata.path("uid").asString(""), chosen);
  }

  /**
   * The streams that an attached container has: whether its process has a terminal and an input was
   * decided when it was created.
   */
  StreamOptions attachable(ContainerRef container, StreamOptions asked) {
    for (JsonNode one : pod.path("spec").path("containers")) {
      if (one.path("name").asString("").equals(container.container())) {
        boolean stdin = asked.stdin() && one.path("stdin").asBoolean(false);
        boolean tty = one.path("tty").asBoolean(false);
        boolean output = asked.stdout() || asked.stderr() || !stdin;
        return new StreamOptions(stdin, tty ? output : asked.stdout(), asked.stderr(), tty);
      }
    }
    return asked;
  }

  /**
   * Refuses a pod in which no process can run.
   *
   * @param what such as {@code exec into}
   */
  void requireAlive(String what) throws StreamRefusal {
    requireHost();
    String phase = pod.path("status").path("phase").asString("");
    if (COMPLETED.contains(phase)) {
      throw StreamRefusal.badRequest(
          "cannot %s a container in a completed pod; current phase is %s".formatted(what, phase));
    }
  }

  /** Refuses a pod that is on no node. */
  void requireHost() throws StreamRefusal {
    if (pod.path("spec").path("nodeName").asString("").isEmpty()) {
      throw StreamRefusal.badRequest("pod %s does not have a host assigned".formatted(name()));
    }
  }

  private String name() {
    return pod.path("metadata").path("name").asString("");
  }

  private List<String> names(String list) {
    List<String> names = new ArrayList<>();
    pod.path("spec").path(list).forEach(one -> names.add(one.path("name").asString("")));
    return names;
  }
}
