package dev.patchbay.agent.node;

import dev.patchbay.agent.api.PodSpecs;
import dev.patchbay.cri.CriClient;
import dev.patchbay.cri.PodIdentity;
import dev.patchbay.kube.client.KubeApi;
import dev.patchbay.kube.client.KubeDeletion;
import dev.patchbay.kube.client.KubeFailure;
import dev.patchbay.kube.client.KubeInformer;
import dev.patchbay.kube.client.KubeListener;
import dev.patchbay.kube.client.KubeResource;
import dev.patchbay.kube.client.KubeSelection;
import dev.patchbay.vm.machine.MachineNews;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The node towards the API, as a kubelet is: registers itself, and makes of every pod that is bound
 * to it what its spec says, for ever. State is in the API, the journal and the runtime, so it may
 * end and start anew at any moment.
 */
public final class NodeRole implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRole.class);
  private static final Duration BEAT = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** What QEMU tells that makes a pod look different, or a NIC. */
  private static final Set<String> CHANGES =
      Set.of("SHUTDOWN", "RESET", "STOP", "RESUME", "GUEST_PANICKED", "DEVICE_DELETED");

  private final KubeApi api;
  private final NodeSettings settings;
  private final NodeParts parts;
  private final NodeObject node;
  private final PodCache cache = new PodCache();
  private final PodWorkers workers = new PodWorkers(this::turn);
  private final Binding binding;
  private final Optional<ContainerRuntime> runtime;
  private final Optional<RuntimeWatch> watch;
  private final PodRuntime vms;
  private final PodRuntime containers;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final KubeInformer pods;
  private final KubeInformer nodes;
  private volatile Map<String, String> labels;

  private NodeRole(
      KubeApi api, NodeSettings settings, NodeParts parts, Optional<ContainerRuntime> runtime) {
    this.api = api;
    this.runtime = runtime;
    this.watch = runtime.map(one -> new RuntimeWatch(one, settings.name(), this::runtimeNews));
    this.settings = settings;
    this.parts = parts;
    this.labels = settings.allLabels();
    this.node = new NodeObject(api, settings, parts.clock());
    var writer = new StatusWriter(api, cache, parts.clock());
    var events = new NodeEvents(api, settings.name(), parts.clock());
    this.binding = new Binding(api, settings.name(), () -> labels, writer, events);
    var leavings =
        new Leavings(parts.journal(), parts.reconciler(), parts.locks(), parts.finished());
    var pass =
        new NicPass(
            parts.journal(),
            parts.reconciler(),
            parts.locks(),
            settings.nics(),
            settings.path(),
            parts.machines(),
            parts.clock(),
            parts.guests());
    parts.guests().listen(this::guestNews);
    var making = new MachineMaking(parts.machines(), parts.images());
    var life = new MachineLife(making, pass, events, parts.clock(), workers::poke);
    parts.machines().listen(this::machineNews);
    this.vms = new VmPods(pass, life, leavings, parts.namespaces(), writer, events);
    this.containers =
        runtime
            .<PodRuntime>map(
                one -> new ContainerPods(containers(one, events), pass, leavings, writer, events))
            .orElseGet(() -> new MissingRuntime(writer, events, leavings));
    this.nodes =
        api.inform(
            KubeResource.NODES,
            KubeSelection.ALL.withFields("metadata.name=" + settings.name()),
            new NodeEar());
    this.pods = api.inform(KubeResource.PODS, KubeSelection.ALL, new PodEar());
  }

  private Containers containers(ContainerRuntime one, NodeEvents events) {
    return new Containers(one, new ContainerMaking(settings), api, events, parts.clock());
  }

  /**
   * Starts at once and returns; an API or a runtime that is away is waited for. Call {@link #ready}
   * to know when the Node object is there and all pods have been heard of.
   *
   * @param runtime runs containers; empty where there is none, and container pods wait
   */
  public static NodeRole start(
      KubeApi api, NodeSettings settings, NodeParts parts, Optional<CriClient> runtime) {
    return starting(api, settings, parts, runtime.map(CriRuntime::new));
  }

  static NodeRole starting(
      KubeApi api, NodeSettings settings, NodeParts parts, Optional<ContainerRuntime> runtime) {
    var role = new NodeRole(api, settings, parts, runtime);
    Thread.ofVirtual().name("node chores").start(role::doChores);
    Thread.ofVirtual().name("runtime watch").start(role::watchRuntime);
    return role;
  }

  /** Whether the pod of that UID is on this node and a virtual machine. */
  public boolean isMachine(String uid) {
    return cache.find(uid).filter(PodView::isVm).isPresent();
  }

  /** The pods of the API, for a person's plug and unplug. */
  public PodSpecs specs() {
    return new SpecPlugging(api, cache);
  }

  /** Completes once the node has registered itself and heard of all pods. */
  public CompletableFuture<Void> ready() {
    return CompletableFuture.allOf(registered, pods.synced());
  }

  private final CompletableFuture<Void> registered = new CompletableFuture<>();

  private final class PodEar implements KubeListener {
    @Override
    public void changed(ObjectNode object) {
      PodView pod = new PodView(object);
      boolean ours = pod.nodeName().equals(settings.name());
      boolean free = pod.nodeName().isEmpty() && settings.binds();
      if ((ours || free) && cache.heard(object)) {
        workers.poke(pod.uid());
      }
    }

    @Override
    public void deleted(ObjectNode last) {
      PodView pod = new PodView(last);
      if (cache.find(pod.uid()).isPresent()) {
        cache.deleted(pod.uid());
        workers.poke(pod.uid());
      }
    }

    @Override
    public void interrupted(KubeFailure why) {
      LOG.warn("Patchbay: the API cannot be watched: {}; tried again", why.message());
    }
  }

  private final class NodeEar implements KubeListener {
    @Override
    public void changed(ObjectNode object) {
      Map<String, String> now = PodView.strings(object.path("metadata").path("labels"));
      if (!now.equals(labels)) {
        labels = now;
        workers.pokeAll();
      }
    }

    @Override
    public void deleted(ObjectNode last) {
      LOG.warn("Patchbay: somebody deleted node {}; it is registered again", settings.name());
      register();
    }
  }

  /** One look at one pod. */
  private PodTurn turn(String uid) {
    Optional<PodView> found = cache.find(uid);
    if (found.isEmpty()) {
      return new PodTurn.Over();
    }
    PodView pod = found.get();
    try {
      if (pod.nodeName().isEmpty() && !cache.isGone(uid)) {
        return pod.isDeleting() ? new PodTurn.Settled() : binding.bind(pod);
      }
      return cache.isGone(uid) || pod.isDeleting() ? end(pod) : run(pod);
    } catch (KubeFailure e) {
      return new PodTurn.Failed(e.message());
    }
  }

  private PodRuntime runtime(PodView pod) {
    return pod.isVm() ? vms : containers;
  }

  private PodTurn run(PodView pod) {
    return pod.isOver() ? new PodTurn.Settled() : runtime(pod).turn(pod);
  }

  /** The API object goes last: as long as it is there, something of the pod may be left. */
  private PodTurn end(PodView pod) {
    PodTurn ended = runtime(pod).end(pod);
    if (ended instanceof PodTurn.Over) {
      if (!cache.isGone(pod.uid())) {
        delete(pod);
      }
      cache.forget(pod.uid());
    }
    return ended;
  }

  private void delete(PodView pod) {
    try {
      api.delete(KubeResource.PODS, pod.name(), KubeDeletion.now(pod.uid()));
    } catch (KubeFailure e) {
      if (!e.isConflict()) {
        throw e;
      }
      LOG.info("Patchbay: pod {} has been made anew meanwhile", pod);
    }
  }

  private void doChores() {
    try {
      Duration pause = Duration.ZERO;
      long looked = System.nanoTime();
      boolean cleared = false;
      while (!stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        boolean there = registered.isDone() ? beat() : register();
        pause = there ? BEAT : Duration.ofMillis(500);
        if (!cleared && pods.synced().isDone()) {
          clearStrays();
          cleared = true;
        }
        if (System.nanoTime() - looked > settings.resync().toNanos()) {
          looked = System.nanoTime();
          workers.pokeAll();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void watchRuntime() {
    try {
      // strays cannot be told from others before all pods have been heard of
      while (!stopped.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        if (pods.synced().isDone()) {
          watch.ifPresent(RuntimeWatch::look);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void guestNews(String uid) {
    if (cache.find(uid).isPresent()) {
      workers.poke(uid);
    }
  }

  private void runtimeNews(PodIdentity pod) {
    if (cache.find(pod.uid()).isPresent()) {
      workers.poke(pod.uid());
    } else {
      clearStray(pod, false);
    }
  }

  private void machineNews(String vm, MachineNews news) {
    boolean counts =
        switch (news) {
          case MachineNews.Told(var event) -> CHANGES.contains(event.name());
          case MachineNews.Over _ -> true;
          case MachineNews.Begins _, MachineNews.Found _ -> false;
        };
    if (counts && cache.find(vm).isPresent()) {
      workers.poke(vm);
    }
  }

  private boolean register() {
    try {
      node.register(version());
      registered.complete(null);
      return true;
    } catch (KubeFailure e) {
      LOG.warn("Patchbay: node {} is not registered: {}", settings.name(), e.message());
      return false;
    }
  }

  private String version() {
    try {
      return runtime.isPresent() ? runtime.get().version() : "none://";
    } catch (RuntimeTrouble e) {
      LOG.warn("Patchbay: {}", e.text());
      return "unknown://";
    }
  }

  private boolean beat() {
    try {
      node.beat();
      return true;
    } catch (KubeFailure e) {
      LOG.warn("Patchbay: node {} has no heartbeat: {}", settings.name(), e.message());
      return !e.isNotFound() || register();
    }
  }

  /** What is left of pods that were deleted while we were away. */
  private void clearStrays() {
    try {
      List<String> known = cache.uids();
      Set<String> there = new TreeSet<>(parts.namespaces().listed());
      there.addAll(parts.machines().listed());
      for (String uid : there) {
        if (!known.contains(uid)) {
          clearStray(new PodIdentity("", "", uid), true);
        }
      }
    } catch (IOException e) {
      LOG.warn("Patchbay: namespaces left behind cannot be looked for: {}", e.toString());
    }
  }

  private void clearStray(PodIdentity pod, boolean vm) {
    LOG.info("Patchbay: pod {} is gone from the API; what is left of it goes too", pod.uid());
    cache.heard(NodeDrain.stray(pod, settings.name(), vm).object());
    cache.deleted(pod.uid());
    workers.poke(pod.uid());
  }

  /**
   * What draining came to.
   *
   * @param left what is left of pods of this node, in words
   * @param strangers NICs that stay because their owners are not pods of this node, in words
   */
  public record Drained(List<String> left, List<String> strangers) {
    /** Copies the lists. */
    public Drained {
      left = List.copyOf(left);
      strangers = List.copyOf(strangers);
    }
  }

  /**
   * Ends all pods of this node, after {@link #close}; the API's objects stay.
   *
   * @param forGood whether nothing is kept for pods that come back, such as machines' disks
   */
  public Drained drain(boolean forGood) {
    return new NodeDrain(
            settings.name(),
            parts,
            runtime,
            cache,
            pod -> {
              PodRuntime mine = runtime(pod);
              return forGood ? mine.end(pod) : mine.leave(pod);
            })
        .run();
  }

  /** Pods and NICs stay as they are; the Node object says that nobody looks after them. */
  @Override
  public void close() {
    stopped.countDown();
    pods.close();
    nodes.close();
    workers.close();
    try {
      node.leave();
    } catch (KubeFailure e) {
      LOG.info("Patchbay: node {} cannot say that it goes: {}", settings.name(), e.message());
    }
  }
}
