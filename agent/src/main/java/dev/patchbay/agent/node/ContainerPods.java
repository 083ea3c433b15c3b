package dev.patchbay.agent.node;

import dev.patchbay.cri.Container;
import dev.patchbay.cri.ContainerStatus;
import dev.patchbay.cri.Labels;
import dev.patchbay.cri.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Pods of containers: a sandbox whose NICs come by CNI, containers in it, and NICs by hotplug. */
final class ContainerPods implements PodRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerPods.class);
  private static final int GRACE_SECONDS = 30;

  private final ContainerRuntime runtime;
  private final ContainerMaking making;
  private final Containers containers;
  private final NicPass pass;
  private final Leavings leavings;
  private final StatusWriter writer;
  private final NodeEvents events;
  private final Map<String, PodMemory> memories = new ConcurrentHashMap<>();

  ContainerPods(
      Containers containers,
      NicPass pass,
      Leavings leavings,
      StatusWriter writer,
      NodeEvents events) {
    this.runtime = containers.runtime();
    this.making = containers.making();
    this.containers = containers;
    this.pass = pass;
    this.leavings = leavings;
    this.writer = writer;
    this.events = events;
  }

  @Override
  public PodTurn turn(PodView pod) {
    Optional<String> refusal = PodAdmission.refusal(pod);
    if (refusal.isPresent()) {
      return refuse(pod, refusal.get());
    }
    try {
      return look(pod);
    } catch (RuntimeTrouble e) {
      return trouble(pod, e);
    }
  }

  private PodTurn refuse(PodView pod, String why) {
    events.warning(pod, PodAdmission.REASON, why);
    writer.write(
        pod,
        writer
            .draft(pod)
            .phase("Failed")
            .reason(PodAdmission.REASON, why)
            .condition("Ready", false, PodAdmission.REASON, why));
    return new PodTurn.Settled();
  }

  private PodTurn look(PodView pod) throws RuntimeTrouble {
    List<Sandbox> all = sandboxes(pod);
    Optional<Sandbox> ready = all.stream().filter(Sandbox::ready).findFirst();
    for (Sandbox old : all) {
      if (ready.isPresent() && !old.id().equals(ready.get().id())) {
        remove(old);
      }
    }
    if (ready.isPresent()) {
      return work(pod, ready.get());
    }
    Optional<Sandbox> last = all.stream().findFirst();
    if (last.isPresent()) {
      ContainerStates states = states(pod, last.get().id());
      if (RestartPolicy.of(pod).isOver(pod, states)) {
        return over(pod, last.get(), states);
      }
      for (Sandbox old : all) {
        remove(old);
      }
      events.normal(
          pod, "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
    }
    return makeSandbox(pod, last.map(sandbox -> sandbox.attempt() + 1).orElse(0));
  }

  /** The pod's sandboxes, the newest first. */
  private List<Sandbox> sandboxes(PodView pod) throws RuntimeTrouble {
    return runtime.sandboxes(Map.of(Labels.POD_UID, pod.uid())).stream()
        .sorted(
            Comparator.comparingInt(Sandbox::attempt).thenComparing(Sandbox::createdAt).reversed())
        .toList();
  }

  private void remove(Sandbox sandbox) throws RuntimeTrouble {
    runtime.stopSandbox(sandbox.id());
    runtime.removeSandbox(sandbox.id());
  }

  private PodTurn makeSandbox(PodView pod, int attempt) throws RuntimeTrouble {
    PodView begun = writer.write(pod, creating(pod));
    try {
      runtime.run(making.sandbox(begun, attempt));
    } catch (RuntimeTrouble e) {
      if (e.isAway()) {
        throw e;
      }
      events.warning(pod, "FailedCreatePodSandBox", e.text());
      writer.write(
          begun,
          creating(begun)
              .condition("PodReadyToStartContainers", false, "FailedCreatePodSandBox", e.text()));
      return new PodTurn.Failed(e.text());
    }
    return look(begun);
  }

  private StatusDraft creating(PodView pod) {
    JsonNode specs = pod.spec().path("containers");
    return writer
        .draft(pod)
        .phase("Pending")
        .startTime()
        .condition("PodScheduled", true)
        .condition("PodReadyToStartContainers", false)
        .condition("Ready", false, "ContainersNotReady", "")
        .condition("ContainersReady", false, "ContainersNotReady", "")
        .set("containerStatuses", new ContainerStates(List.of()).json(specs, "ContainerCreating"));
  }

  private PodTurn work(PodView pod, Sandbox sandbox) throws RuntimeTrouble {
    // NICs first: whoever patched the pod waits for them, and containers do not change by that
    NicPass.Report nics =
        pass.run(
            pod,
            sandbox.id(),
            now ->
                writer.write(
                    pod,
                    writer.draft(pod).set("nicStatuses", now.json(pod, writer.clock().instant()))));
    PodView seen = tellNics(pod, nics);
    ContainerStates states = states(seen, sandbox.id());
    List<String> ips = ips(sandbox, nics);
    var home =
        new Containers.Home(
            seen, sandbox.id(), making.sandbox(seen, sandbox.attempt()), ips, memory(pod));
    Containers.Progress progress = containers.step(home, states);
    ContainerStates now = progress.started() ? again(seen, sandbox, states) : states;
    if (RestartPolicy.of(seen).isOver(seen, now)) {
      return over(seen, sandbox, now);
    }
    writer.write(seen, draft(seen, now, progress.initialized()).ips(ips));
    return nics.trouble()
        .<PodTurn>map(PodTurn.Failed::new)
        .or(() -> progress.again().map(PodTurn.After::new))
        .orElseGet(PodTurn.Settled::new);
  }

  private PodView tellNics(PodView pod, NicPass.Report nics) {
    PodView now = writer.cache().find(pod.uid()).orElse(pod);
    nics.statuses().tell(now, events);
    return writer.write(
        now,
        writer.draft(now).set("nicStatuses", nics.statuses().json(now, writer.clock().instant())));
  }

  /** What waits has been found out already; what was started has to be looked at. */
  private ContainerStates again(PodView pod, Sandbox sandbox, ContainerStates before)
      throws RuntimeTrouble {
    ContainerStates now = states(pod, sandbox.id());
    now.keepWaiting(before);
    return now;
  }

  private List<String> ips(Sandbox sandbox, NicPass.Report nics) throws RuntimeTrouble {
    List<String> ips = nics.statuses().primaryIps();
    return ips.isEmpty() ? runtime.sandbox(sandbox.id()).ips() : ips;
  }

  private PodMemory memory(PodView pod) {
    return memories.computeIfAbsent(pod.uid(), _ -> new PodMemory());
  }

  private ContainerStates states(PodView pod, String sandbox) throws RuntimeTrouble {
    List<ContainerStatus> all = new ArrayList<>();
    for (Container one : runtime.containers(Map.of(Labels.POD_UID, pod.uid()))) {
      if (one.sandboxId().equals(sandbox)) {
        all.add(runtime.container(one.id()));
      }
    }
    return new ContainerStates(all);
  }

  private StatusDraft draft(PodView pod, ContainerStates states, boolean initialized) {
    String otherwise = initialized ? "ContainerCreating" : "PodInitializing";
    JsonNode inits = pod.spec().path("initContainers");
    List<String> unready = new ArrayList<>();
    pod.spec()
        .path("containers")
        .forEach(spec -> {
          String name = spec.path("name").asString("");
          if (!states.isRunning(name) || states.isWaiting(name)) {
            unready.add(name);
          }
        });
    boolean ready = initialized && unready.isEmpty();
    String reason = ready ? "" : "ContainersNotReady";
    String message = ready ? "" : "containers with unready status: " + unready;
    StatusDraft draft =
        writer
            .draft(pod)
            .phase(RestartPolicy.of(pod).phase(pod, states, initialized))
            .startTime()
            .condition("PodScheduled", true)
            .condition("PodReadyToStartContainers", true)
            .condition("Initialized", initialized)
            .condition("Ready", ready, reason, message)
            .condition("ContainersReady", ready, reason, message)
            .set("containerStatuses", states.json(pod.spec().path("containers"), otherwise));
    return inits.isEmpty()
        ? draft
        : draft.set("initContainerStatuses", states.json(inits, otherwise));
  }

  /** Its NICs and addresses are free again before anybody hears that it is over. */
  private PodTurn over(PodView pod, Sandbox sandbox, ContainerStates states) throws RuntimeTrouble {
    leavings.over(pod.owner());
    runtime.stopSandbox(sandbox.id());
    boolean done = RestartPolicy.of(pod).phase(pod, states, true).equals("Succeeded");
    String reason = done ? "PodCompleted" : "PodFailed";
    NicStatuses nics = pass.look(pod, sandbox.id()).statuses().gone();
    writer.write(
        pod,
        draft(pod, states, true)
            .condition("PodReadyToStartContainers", false)
            .condition("Ready", false, reason, "")
            .condition("ContainersReady", false, reason, "")
            .set("nicStatuses", nics.json(pod, writer.clock().instant())));
    return new PodTurn.Settled();
  }

  /** Nobody knows how it is; what was last known stays, but for what would be a claim. */
  private PodTurn trouble(PodView pod, RuntimeTrouble e) {
    if (!e.isAway()) {
      return new PodTurn.Failed(e.text());
    }
    String type =
        pod.status().path("containerStatuses").isEmpty()
            ? "PodReadyToStartContainers"
            : "ContainersReady";
    StatusDraft draft =
        writer
            .draft(pod)
            .condition("PodScheduled", true)
            .condition(type, false, MissingRuntime.REASON, e.text())
            .condition("Ready", false, MissingRuntime.REASON, e.text());
    if (pod.phase().isEmpty()) {
      draft.phase("Pending");
    }
    if (!pod.status().path("nicStatuses").isEmpty()) {
      draft.set("nicStatuses", NicStatuses.unknown(pod, e.text(), writer.clock().instant()));
    }
    if (draft.isNews()) {
      events.warning(pod, MissingRuntime.REASON, e.text());
    }
    writer.write(pod, draft);
    return new PodTurn.Failed(e.text());
  }

  @Override
  public PodTurn end(PodView pod) {
    try {
      stopAll(pod);
      for (Sandbox sandbox : sandboxes(pod)) {
        remove(sandbox);
      }
      deleteLogs(making.logs(pod));
    } catch (RuntimeTrouble e) {
      return new PodTurn.Failed(e.text());
    } catch (IOException e) {
      LOG.warn("Patchbay: logs of pod {} stay: {}", pod, e.toString());
    }
    Optional<String> left = leavings.clear(pod.owner());
    if (left.isPresent()) {
      return new PodTurn.Failed(left.get());
    }
    memories.remove(pod.uid());
    return new PodTurn.Over();
  }

  /** All at once, each within the pod's grace. */
  private void stopAll(PodView pod) throws RuntimeTrouble {
    JsonNode given = pod.metadata().path("deletionGracePeriodSeconds");
    long grace =
        writer.cache().isGone(pod.uid())
            ? 0
            : given.asLong(pod.spec().path("terminationGracePeriodSeconds").asLong(GRACE_SECONDS));
    List<Thread> stopping = new ArrayList<>();
    List<RuntimeTrouble> troubles = Collections.synchronizedList(new ArrayList<>());
    for (Container one : runtime.containers(Map.of(Labels.POD_UID, pod.uid()))) {
      if (one.phase() == Container.Phase.RUNNING) {
        events.normal(pod, "Killing", "Stopping container " + one.name());
        stopping.add(
            Thread.ofVirtual().start(() -> stop(one, Duration.ofSeconds(grace), troubles)));
      }
    }
    for (Thread thread : stopping) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    if (!troubles.isEmpty()) {
      throw troubles.getFirst();
    }
  }

  private void stop(Container container, Duration grace, List<RuntimeTrouble> troubles) {
    try {
      runtime.stop(container.id(), grace);
    } catch (RuntimeTrouble e) {
      troubles.add(e);
    }
  }

  private static void deleteLogs(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
