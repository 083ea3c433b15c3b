package dev.patchbay.agent.node;

import dev.patchbay.agent.node.MachineLook.Shown;
import dev.patchbay.cni.json.Json;
import dev.patchbay.vm.machine.MachineEnd;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A machine as its pod's status tells it: once as Alkaid does, and once as a container, which is
 * what kubectl knows.
 *
 * @param pod whose
 * @param look at the machine
 */
record MachineStatus(PodView pod, MachineLook look) {
  private static final String MACHINE = "virtualMachineStatus";

  /** Puts all of it into the draft. */
  StatusDraft into(StatusDraft draft) {
    boolean ready = look.shown() instanceof Shown.Running;
    String reason = ready ? "" : reason();
    String message = ready ? "" : message();
    return draft
        .phase(phase())
        .startTime()
        .withoutCondition("GuestNotImplemented")
        .condition("PodScheduled", true)
        .condition("Initialized", true)
        .condition("ContainersReady", ready, reason, message)
        .condition("Ready", ready, reason, message)
        .set("containerStatuses", containers())
        .set(MACHINE, machine());
  }

  private String phase() {
    return switch (look.shown()) {
      case Shown.Running _, Shown.Ailing _ -> "Running";
      case Shown.Waiting(_, _, boolean ran) -> ran ? "Running" : "Pending";
      case Shown.Over(var end) -> end.exitCode() == 0 ? "Succeeded" : "Failed";
    };
  }

  private String reason() {
    return switch (look.shown()) {
      case Shown.Running _ -> "";
      case Shown.Ailing(_, var reason, _) -> reason;
      case Shown.Waiting(var reason, _, _) -> reason;
      case Shown.Over(var end) -> end.exitCode() == 0 ? "PodCompleted" : "PodFailed";
    };
  }

  private String message() {
    return switch (look.shown()) {
      case Shown.Running _ -> "";
      case Shown.Ailing(_, _, var message) -> message;
      case Shown.Waiting(_, var message, _) -> message;
      case Shown.Over(var end) -> end.message();
    };
  }

  private String power() {
    return switch (look.shown()) {
      case Shown.Running _ -> "Running";
      case Shown.Ailing(_, var reason, _) -> reason.equals("Paused") ? "Paused" : "Running";
      case Shown.Waiting _, Shown.Over _ -> "Shutdown";
    };
  }

  private String name() {
    JsonNode machine = pod.spec().path("virtualMachine");
    String otherwise = pod.spec().path("containers").path(0).path("name").asString("");
    return machine.path("name").asString(otherwise);
  }

  private ObjectNode machine() {
    ObjectNode json = Json.newObject();
    json.put("name", name()).put("virtualMachineId", pod.uid());
    json.put("image", image()).put("imageId", look.imageId());
    json.put("state", reason().isEmpty() ? "Running" : reason());
    json.put("powerState", power());
    json.put("ready", look.shown() instanceof Shown.Running);
    json.put("restartCount", look.starts());
    ObjectNode last = json.putObject("lastTerminationState");
    last().ifPresent(end -> last.set("terminated", end));
    return json;
  }

  private String image() {
    String image = pod.spec().path("virtualMachine").path("image").asString("");
    return image.isEmpty()
        ? pod.spec().path("containers").path(0).path("image").asString("")
        : image;
  }

  private ArrayNode containers() {
    ArrayNode all = Json.newObject().putArray("containerStatuses");
    ObjectNode json = all.addObject();
    String name = pod.spec().path("containers").path(0).path("name").asString(name());
    json.put("name", name);
    ObjectNode state = json.putObject("state");
    switch (look.shown()) {
      case Shown.Running(var since) -> state.putObject("running").put("startedAt", seconds(since));
      case Shown.Ailing(var since, _, _) ->
          state.putObject("running").put("startedAt", seconds(since));
      case Shown.Waiting(var reason, var message, _) -> {
        ObjectNode waiting = state.putObject("waiting").put("reason", reason);
        if (!message.isEmpty()) {
          waiting.put("message", message);
        }
      }
      case Shown.Over(var end) -> state.set("terminated", terminated(end));
    }
    boolean on = look.shown() instanceof Shown.Running || look.shown() instanceof Shown.Ailing;
    json.put("ready", look.shown() instanceof Shown.Running).put("started", on);
    ObjectNode last = json.putObject("lastState");
    last().ifPresent(end -> last.set("terminated", end));
    json.put("restartCount", look.starts());
    json.put("image", image()).put("imageID", look.imageId());
    if (on || look.shown() instanceof Shown.Over) {
      json.put("containerID", "qemu://" + pod.uid());
    }
    return all;
  }

  /** How its life before ended; while it runs, what was told before. */
  private Optional<ObjectNode> last() {
    if (look.last().isPresent() && !(look.shown() instanceof Shown.Over)) {
      return look.last().map(this::terminated);
    }
    return pod.status().path(MACHINE).path("lastTerminationState").path("terminated")
            instanceof ObjectNode before
        ? Optional.of(before.deepCopy())
        : Optional.empty();
  }

  private ObjectNode terminated(MachineEnd end) {
    return Json.newObject()
        .put("exitCode", end.exitCode())
        .put("reason", end.cause().reason())
        .put("message", end.message())
        .put("finishedAt", end.at().truncatedTo(ChronoUnit.SECONDS).toString())
        .put("containerID", "qemu://" + pod.uid());
  }

  private static String seconds(String time) {
    return java.time.Instant.parse(time).truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
