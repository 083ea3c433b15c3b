package dev.patchbay.agent.node;

import dev.patchbay.cri.ContainerState;
import dev.patchbay.cri.ContainerStatus;
import dev.patchbay.cri.CriFailure;
import dev.patchbay.cri.SandboxConfig;
import dev.patchbay.kube.client.KubeApi;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Starts the containers of a pod that has a sandbox: init containers one after another, then the
 * others, and again those that have ended, as the restart policy says.
 *
 * @param runtime runs them
 * @param making says how
 * @param api has ConfigMaps and Secrets
 * @param events for people
 * @param clock for back-off
 */
record Containers(
    ContainerRuntime runtime, ContainerMaking making, KubeApi api, NodeEvents events, Clock clock) {
  /**
   * A pod's sandbox at work.
   *
   * @param pod whose
   * @param sandbox its ID
   * @param config as it was made
   * @param ips its addresses
   * @param memory of the pod's turns
   */
  record Home(
      PodView pod, String sandbox, SandboxConfig config, List<String> ips, PodMemory memory) {}

  /**
   * What came of one look.
   *
   * @param started whether something was started, so that the states have to be read again
   * @param initialized whether all init containers have succeeded
   * @param again when something is due by itself
   */
  record Progress(boolean started, boolean initialized, Optional<Duration> again) {}

  Progress step(Home home, ContainerStates states) throws RuntimeTrouble {
    RestartPolicy policy = RestartPolicy.of(home.pod());
    for (JsonNode spec : home.pod().spec().path("initContainers")) {
      String name = spec.path("name").asString("");
      Optional<ContainerState.Exited> end = states.ended(name);
      if (end.isPresent() && end.get().exitCode() == 0) {
        continue;
      }
      boolean gaveUp = end.isPresent() && !policy.initRunsAgain(end.get().exitCode());
      if (gaveUp || states.isRunning(name)) {
        return new Progress(false, false, Optional.empty());
      }
      Due due = attempt(home, spec, states);
      return new Progress(due.started(), false, due.again());
    }
    boolean started = false;
    List<Duration> pauses = new ArrayList<>();
    for (JsonNode spec : home.pod().spec().path("containers")) {
      String name = spec.path("name").asString("");
      Optional<ContainerState.Exited> end = states.ended(name);
      boolean due =
          end.isPresent() ? policy.runsAgain(end.get().exitCode()) : !states.isRunning(name);
      if (due) {
        Due came = attempt(home, spec, states);
        started |= came.started();
        came.again().ifPresent(pauses::add);
      }
    }
    return new Progress(started, true, pauses.stream().min(Duration::compareTo));
  }

  private record Due(boolean started, Optional<Duration> again) {
    static Due in(Duration pause) {
      return new Due(false, Optional.of(pause));
    }
  }

  /** Starts it, unless it has to wait. */
  private Due attempt(Home home, JsonNode spec, ContainerStates states) throws RuntimeTrouble {
    String name = spec.path("name").asString("");
    Instant now = clock.instant();
    Optional<ContainerState.Exited> end = states.ended(name);
    if (end.isPresent()) {
      Duration wait = home.memory().untilRestart(name, end.get(), now);
      if (!wait.isZero()) {
        String message =
            "back-off "
                + home.memory().pause(name).toSeconds()
                + "s restarting failed container="
                + name
                + " pod="
                + home.pod();
        states.waits(name, "CrashLoopBackOff", message);
        return Due.in(wait);
      }
    }
    Optional<Duration> image = image(home, spec, states);
    return image.isPresent() ? Due.in(image.get()) : start(home, spec, states);
  }

  private Due start(Home home, JsonNode spec, ContainerStates states) throws RuntimeTrouble {
    String name = spec.path("name").asString("");
    List<ContainerStatus> lives = states.of(name);
    int attempt = lives.isEmpty() ? 0 : lives.getFirst().attempt() + 1;
    try {
      Map<String, String> environment = new EnvVars(api, home.pod(), home.ips()).of(spec);
      // one that was made and never started is of no use to anybody
      for (ContainerStatus life : lives) {
        if (life.attempt() < attempt - 1 || life.state() instanceof ContainerState.Created) {
          runtime.remove(life.id());
        }
      }
      runtime.start(
          home.sandbox(), home.config(), making.container(home.pod(), spec, attempt, environment));
      if (attempt > 0) {
        home.memory().restarted(name);
      }
      events.normal(home.pod(), "Started", "Started container " + name);
      return new Due(true, Optional.of(Duration.ZERO));
    } catch (EnvVars.Unresolved e) {
      return refused(home, states, name, "CreateContainerConfigError", e.getMessage());
    } catch (RuntimeTrouble e) {
      if (e.isAway()) {
        throw e;
      }
      return refused(home, states, name, "CreateContainerError", e.text());
    }
  }

  private Due refused(
      Home home, ContainerStates states, String name, String reason, @Nullable String why) {
    String message = String.valueOf(why);
    states.waits(name, reason, message);
    events.warning(home.pod(), "Failed", "Error: " + name + ": " + message);
    home.memory().restarted(name);
    Duration pause = home.memory().pause(name);
    return Due.in(pause);
  }

  /** The pause until the image is looked at again; empty when it is there. */
  private Optional<Duration> image(Home home, JsonNode spec, ContainerStates states)
      throws RuntimeTrouble {
    String name = spec.path("name").asString("");
    String image = spec.path("image").asString("");
    Instant now = clock.instant();
    String policy = spec.path("imagePullPolicy").asString(usualPolicy(image));
    boolean there = runtime.image(image).isPresent();
    if (there && !policy.equals("Always")) {
      home.memory().pulled(image);
      return Optional.empty();
    }
    if (policy.equals("Never")) {
      String message = "Container image \"" + image + "\" is not present with pull policy of Never";
      states.waits(name, "ErrImageNeverPull", message);
      events.warning(home.pod(), "ErrImageNeverPull", message);
      return Optional.of(Duration.ofSeconds(10));
    }
    Optional<String> waits = home.memory().pullWaits(image, now);
    if (waits.isPresent()) {
      states.waits(
          name, "ImagePullBackOff", "Back-off pulling image \"" + image + "\": " + waits.get());
      return Optional.of(home.memory().untilPull(image, now));
    }
    return pull(home, name, image, states);
  }

  private Optional<Duration> pull(Home home, String name, String image, ContainerStates states)
      throws RuntimeTrouble {
    events.normal(home.pod(), "Pulling", "Pulling image \"" + image + "\"");
    try {
      runtime.pull(image);
      home.memory().pulled(image);
      events.normal(home.pod(), "Pulled", "Successfully pulled image \"" + image + "\"");
      return Optional.empty();
    } catch (RuntimeTrouble e) {
      if (!(e.failure() instanceof CriFailure.ImageMissing)) {
        throw e;
      }
      states.waits(name, "ErrImagePull", e.text());
      events.warning(home.pod(), "Failed", "Failed to pull image \"" + image + "\": " + e.text());
      home.memory().pullFailed(image, clock.instant(), e.text());
      return Optional.of(home.memory().untilPull(image, clock.instant()));
    }
  }

  /** As the API sets it by default. */
  private static String usualPolicy(String image) {
    String last = image.substring(image.lastIndexOf('/') + 1);
    boolean pinned = last.contains("@") || (last.contains(":") && !last.endsWith(":latest"));
    return pinned ? "IfNotPresent" : "Always";
  }
}
