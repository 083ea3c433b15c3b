package dev.patchbay.agent.node;

import dev.patchbay.cri.Container;
import dev.patchbay.cri.ContainerConfig;
import dev.patchbay.cri.ContainerState;
import dev.patchbay.cri.ContainerStatus;
import dev.patchbay.cri.CriFailure;
import dev.patchbay.cri.Image;
import dev.patchbay.cri.Labels;
import dev.patchbay.cri.Sandbox;
import dev.patchbay.cri.SandboxConfig;
import dev.patchbay.cri.SandboxStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import tools.jackson.databind.node.MissingNode;

/**
 * A container runtime in memory. Its CNI is the test's: told of every sandbox that comes and goes.
 */
final class FakeRuntime implements ContainerRuntime {
  /** What a runtime's CNI plugin does. */
  interface Cni {
    /** Plugs the NICs of a sandbox; throws what the plugin said. */
    void add(String sandbox, SandboxConfig config) throws RuntimeTrouble;

    /** Takes them away. */
    void del(String sandbox);
  }

  private static final class Life {
    private final SandboxConfig config;
    private final Instant made = Instant.now();
    private boolean ready = true;

    Life(SandboxConfig config) {
      this.config = config;
    }
  }

  final Set<String> images = new CopyOnWriteArraySet<>();
  final List<ContainerConfig> started = new CopyOnWriteArrayList<>();
  final List<String> calls = new CopyOnWriteArrayList<>();
  private final Cni cni;
  private final Map<String, Life> sandboxes = new LinkedHashMap<>();
  private final Map<String, ContainerStatus> containers = new LinkedHashMap<>();
  private final Map<String, String> homes = new HashMap<>();
  private boolean away;
  private int number;

  FakeRuntime(Cni cni) {
    this.cni = cni;
  }

  synchronized void away(boolean now) {
    away = now;
  }

  /** The newest container of that name ends. */
  synchronized void exit(String name, int code) {
    String id =
        containers.values().stream()
            .filter(one -> one.name().equals(name))
            .reduce((_, last) -> last)
            .orElseThrow()
            .id();
    var end = new ContainerState.Exited(code, Instant.now(), Instant.now(), "", "");
    containers.compute(id, (_, old) -> in(old, end));
  }

  /** The pause process of the pod's sandbox dies, as after a reboot. */
  synchronized void killSandboxes() {
    sandboxes.values().forEach(life -> life.ready = false);
    containers.replaceAll((_, old) ->
        in(old, new ContainerState.Exited(137, Instant.now(), Instant.now(), "Error", "")));
  }

  private static ContainerStatus in(ContainerStatus old, ContainerState state) {
    return new ContainerStatus(
        old.id(),
        old.name(),
        old.attempt(),
        state,
        old.createdAt(),
        old.image(),
        old.imageRef(),
        old.logPath(),
        old.labels(),
        old.annotations());
  }

  private void meet() throws RuntimeTrouble {
    if (away) {
      throw new RuntimeTrouble(
          new CriFailure.Unreachable(Path.of("/run/fake.sock"), "connection refused"));
    }
  }

  @Override
  public synchronized String version() throws RuntimeTrouble {
    meet();
    return "fake://1";
  }

  @Override
  public synchronized List<Sandbox> sandboxes(Map<String, String> labels) throws RuntimeTrouble {
    meet();
    List<Sandbox> all = new ArrayList<>();
    sandboxes.forEach((id, life) -> {
      Sandbox sandbox = sandbox(id, life);
      if (sandbox.labels().entrySet().containsAll(labels.entrySet())) {
        all.add(sandbox);
      }
    });
    return all;
  }

  private static Sandbox sandbox(String id, Life life) {
    Map<String, String> labels = new HashMap<>(life.config.labels());
    labels.put(Labels.POD_UID, life.config.pod().uid());
    return new Sandbox(
        id,
        life.config.pod(),
        life.config.attempt(),
        life.ready,
        life.made,
        labels,
        life.config.annotations());
  }

  @Override
  public synchronized SandboxStatus sandbox(String id) throws RuntimeTrouble {
    meet();
    Life life = Optional.ofNullable(sandboxes.get(id)).orElseThrow();
    return new SandboxStatus(
        sandbox(id, life), List.of("10.96.0.99"), Optional.empty(), MissingNode.getInstance());
  }

  @Override
  public String run(SandboxConfig config) throws RuntimeTrouble {
    String id;
    synchronized (this) {
      meet();
      id = "sandbox-" + ++number;
    }
    cni.add(id, config);
    synchronized (this) {
      sandboxes.put(id, new Life(config));
    }
    return id;
  }

  @Override
  public synchronized void stopSandbox(String id) throws RuntimeTrouble {
    meet();
    calls.add("stop " + id);
    Optional.ofNullable(sandboxes.get(id)).ifPresent(life -> life.ready = false);
    cni.del(id);
  }

  @Override
  public synchronized void removeSandbox(String id) throws RuntimeTrouble {
    meet();
    sandboxes.remove(id);
    containers.keySet().removeIf(container -> id.equals(homes.get(container)));
  }

  @Override
  public synchronized List<Container> containers(Map<String, String> labels) throws RuntimeTrouble {
    meet();
    return containers.values().stream()
        .filter(one -> one.labels().entrySet().containsAll(labels.entrySet()))
        .map(one ->
            new Container(
                one.id(),
                homes.getOrDefault(one.id(), ""),
                one.name(),
                one.attempt(),
                one.state() instanceof ContainerState.Running
                    ? Container.Phase.RUNNING
                    : Container.Phase.EXITED,
                one.createdAt(),
                one.image(),
                one.labels(),
                one.annotations()))
        .toList();
  }

  @Override
  public synchronized ContainerStatus container(String id) throws RuntimeTrouble {
    meet();
    return Optional.ofNullable(containers.get(id)).orElseThrow();
  }

  @Override
  public synchronized String start(String sandbox, SandboxConfig config, ContainerConfig container)
      throws RuntimeTrouble {
    meet();
    String id = container.name() + "-" + ++number;
    homes.put(id, sandbox);
    started.add(container);
    containers.put(
        id,
        new ContainerStatus(
            id,
            container.name(),
            container.attempt(),
            new ContainerState.Running(Instant.now()),
            Instant.now(),
            container.image(),
            "sha256:0",
            Optional.empty(),
            Map.of(Labels.POD_UID, config.pod().uid()),
            Map.of()));
    return id;
  }

  @Override
  public synchronized void stop(String id, Duration grace) throws RuntimeTrouble {
    meet();
    calls.add("stop " + id + " " + grace.toSeconds());
    var end = new ContainerState.Exited(143, Instant.now(), Instant.now(), "", "");
    containers.computeIfPresent(id, (_, old) -> in(old, end));
  }

  @Override
  public synchronized void remove(String id) throws RuntimeTrouble {
    meet();
    containers.remove(id);
  }

  @Override
  public synchronized Optional<Image> image(String name) throws RuntimeTrouble {
    meet();
    return images.contains(name)
        ? Optional.of(new Image("sha256:0", List.of(name), List.of(), 1))
        : Optional.empty();
  }

  @Override
  public synchronized void pull(String name) throws RuntimeTrouble {
    meet();
    calls.add("pull " + name);
    if (!images.contains(name)) {
      throw new RuntimeTrouble(new CriFailure.ImageMissing(name, "no such host"));
    }
  }
}
