package dev.patchbay.agent.node;

import dev.patchbay.cni.json.Json;
import dev.patchbay.cri.ContainerState;
import dev.patchbay.cri.ContainerStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The containers of one pod as the runtime has them, and why those wait that do not run. */
final class ContainerStates {
  private final List<ContainerStatus> newestFirst;
  private final Map<String, Waiting> waiting = new HashMap<>();

  /**
   * Why a container does not run.
   *
   * @param reason in the words that people know from kubelet
   * @param message more of it
   */
  record Waiting(String reason, String message) {}

  ContainerStates(List<ContainerStatus> all) {
    this.newestFirst =
        all.stream().sorted(Comparator.comparingInt(ContainerStatus::attempt).reversed()).toList();
  }

  List<ContainerStatus> all() {
    return newestFirst;
  }

  /** All of that name, the newest first. */
  List<ContainerStatus> of(String name) {
    return newestFirst.stream().filter(one -> one.name().equals(name)).toList();
  }

  Optional<ContainerStatus> latest(String name) {
    return of(name).stream().findFirst();
  }

  Optional<ContainerState.Exited> ended(String name) {
    return latest(name)
        .map(ContainerStatus::state)
        .flatMap(state ->
            state instanceof ContainerState.Exited exited ? Optional.of(exited) : Optional.empty());
  }

  boolean isRunning(String name) {
    return latest(name).filter(one -> one.state() instanceof ContainerState.Running).isPresent();
  }

  void waits(String name, String reason, String message) {
    waiting.put(name, new Waiting(reason, message));
  }

  /** Takes over why containers wait. */
  void keepWaiting(ContainerStates before) {
    waiting.putAll(before.waiting);
  }

  boolean isWaiting(String name) {
    return waiting.containsKey(name);
  }

  /** The statuses of the containers of a list of the spec. */
  ArrayNode json(JsonNode specs, String otherwise) {
    ArrayNode all = Json.newObject().putArray("containerStatuses");
    specs.forEach(spec -> all.add(one(spec, otherwise)));
    return all;
  }

  private ObjectNode one(JsonNode spec, String otherwise) {
    String name = spec.path("name").asString("");
    List<ContainerStatus> lives = of(name);
    ObjectNode json = Json.newObject();
    json.put("name", name);
    ObjectNode state = json.putObject("state");
    ObjectNode last = json.putObject("lastState");
    Waiting why = waiting.get(name);
    List<ContainerStatus> former = new ArrayList<>(lives);
    if (why == null && !lives.isEmpty()) {
      put(state, former.removeFirst());
    } else {
      Waiting shown = why == null ? new Waiting(otherwise, "") : why;
      ObjectNode waits = state.putObject("waiting").put("reason", shown.reason());
      if (!shown.message().isEmpty()) {
        waits.put("message", shown.message());
      }
    }
    former.stream().findFirst().ifPresent(before -> put(last, before));
    boolean running = why == null && isRunning(name);
    json.put("ready", running).put("started", running);
    json.put("restartCount", lives.isEmpty() ? 0 : lives.getFirst().attempt());
    json.put("image", spec.path("image").asString(""));
    json.put("imageID", lives.isEmpty() ? "" : lives.getFirst().imageRef());
    lives.stream().findFirst().ifPresent(life -> json.put("containerID", id(life)));
    return json;
  }

  private static String id(ContainerStatus container) {
    return "containerd://" + container.id();
  }

  private static void put(ObjectNode state, ContainerStatus container) {
    switch (container.state()) {
      case ContainerState.Created() ->
          state.putObject("waiting").put("reason", "ContainerCreating");
      case ContainerState.Running(var since) ->
          state.putObject("running").put("startedAt", text(since));
      case ContainerState.Exited(var code, var begun, var ended, var reason, var message) -> {
        ObjectNode terminated = state.putObject("terminated");
        terminated.put("exitCode", code).put("containerID", id(container));
        terminated.put("reason", reason.isEmpty() ? (code == 0 ? "Completed" : "Error") : reason);
        if (!message.isEmpty()) {
          terminated.put("message", message);
        }
        terminated.put("startedAt", text(begun)).put("finishedAt", text(ended));
      }
      case ContainerState.Unknown(var reason, var message) ->
          state.putObject("waiting").put("reason", "Unknown").put("message", reason + message);
    }
  }

  private static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
