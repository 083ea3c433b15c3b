package dev.patchbay.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.agent.api.PodSpecs;
import dev.patchbay.agent.cni.CniServer;
import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.reconcile.ContainerLocks;
import dev.patchbay.agent.reconcile.Edges;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.agent.socket.Cancellation;
import dev.patchbay.agent.socket.Frames;
import dev.patchbay.agent.vm.GuestPerformer;
import dev.patchbay.agent.vm.GuestViews;
import dev.patchbay.agent.vm.Machines;
import dev.patchbay.agent.vpc.FinishedPods;
import dev.patchbay.agent.vpc.KubePortOwners;
import dev.patchbay.agent.vpc.KubeVpcStore;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.libcni.ExecOutcome;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.core.plan.KernelSession;
import dev.patchbay.core.plan.Link;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.cri.CriFailure;
import dev.patchbay.cri.SandboxConfig;
import dev.patchbay.ipam.HostLocalLeases;
import dev.patchbay.kube.client.KubeApi;
import dev.patchbay.kube.client.KubeName;
import dev.patchbay.kube.client.KubeResource;
import dev.patchbay.kube.client.KubeSelection;
import dev.patchbay.kube.dialect.Folders;
import dev.patchbay.kube.fake.FakeKubeApi;
import dev.patchbay.linux.netns.NetnsKeeper;
import dev.patchbay.vpc.BuiltInProvider;
import dev.patchbay.vpc.VpcSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One node against an API in memory, with a real journal and real pools in a folder. */
final class NodeWorld implements AutoCloseable {
  static final String NODE = "w1";
  private static final String ANNOTATIONS = "io.kubernetes.cri.pod-annotations";
  private static final long BOUND_SECONDS = 20;

  final FakeKubeApi api;
  private final KubeApi served;
  final HostObserver host;
  final NetnsKeeper keeper;
  private final Path folder;
  private final Optional<ContainerRuntime> runtime;
  private final Supplier<KernelSession> kernel;
  private final Queue<String> cniTrouble = new ConcurrentLinkedQueue<>();
  private Journal journal;
  private Optional<Machines> machines = Optional.empty();
  // answers the runtime's calls from the node's first turn on, so it is there before the role is
  private volatile Optional<CniServer> server = Optional.empty();
  private NodeRole role;

  NodeWorld(Path folder, HostObserver host, Supplier<KernelSession> kernel, NetnsKeeper keeper)
      throws IOException {
    this(folder, host, kernel, keeper, Optional.empty());
  }

  NodeWorld(
      Path folder,
      HostObserver host,
      Supplier<KernelSession> kernel,
      NetnsKeeper keeper,
      Optional<ContainerRuntime> runtime)
      throws IOException {
    this(folder, host, kernel, keeper, runtime, new FakeKubeApi());
  }

  private NodeWorld(
      Path folder,
      HostObserver host,
      Supplier<KernelSession> kernel,
      NetnsKeeper keeper,
      Optional<ContainerRuntime> runtime,
      FakeKubeApi api)
      throws IOException {
    this(folder, host, kernel, keeper, runtime, api, api);
  }

  /** A node of another API than the fake one. */
  NodeWorld(
      Path folder,
      HostObserver host,
      Supplier<KernelSession> kernel,
      NetnsKeeper keeper,
      Optional<ContainerRuntime> runtime,
      KubeApi other)
      throws IOException {
    this(folder, host, kernel, keeper, runtime, new FakeKubeApi(), other);
  }

  private NodeWorld(
      Path folder,
      HostObserver host,
      Supplier<KernelSession> kernel,
      NetnsKeeper keeper,
      Optional<ContainerRuntime> runtime,
      FakeKubeApi api,
      KubeApi served)
      throws IOException {
    this.api = api;
    this.served = served;
    this.folder = folder;
    this.host = host;
    this.kernel = kernel;
    this.keeper = keeper;
    this.runtime = runtime;
    Files.createDirectories(folder.resolve("confs"));
    this.journal = Journal.open(folder.resolve("journal.db"));
    this.role = start();
  }

  Journal journal() {
    return journal;
  }

  private NodeRole start() {
    Clock clock = Clock.systemUTC();
    var node = new PlayedNode(folder);
    AgentConfig config = node.config();
    Machines here = node.machines(clock);
    machines = Optional.of(here);
    var finished = new FinishedPods();
    var vpcs =
        new BuiltInProvider(
            new KubeVpcStore(api),
            new VpcSettings(
                NODE,
                true,
                VpcSettings.DEFAULT_CIDR,
                Path.of("/run/netns"),
                VpcSettings.DEFAULT_UPLINKS),
            new KubePortOwners(api, finished));
    var edges =
        new Edges(
            host,
            kernel,
            new HostLocalLeases(_ -> () -> {}),
            (_, _) -> (op, _) -> new Performed.Failed(missing(op.call().type())),
            call -> new ExecOutcome.Broke(missing(call.type())),
            new GuestPerformer(here),
            vpcs);
    var reconciler = new NodeReconciler(edges, journal, "boot-1", clock);
    var locks = new ContainerLocks();
    server = Optional.of(new CniServer(config, edges, journal, reconciler, locks));
    var nics =
        new PodNics(
            new PlayedNode(folder).network(),
            new Folders(folder.resolve("confs"), Optional.empty()),
            true,
            vpcs);
    return NodeRole.starting(
        served,
        new NodeSettings(
            NODE, List.of(), Map.of(), nics, List.of(), folder, true, Duration.ofHours(1)),
        new NodeParts(
            journal,
            reconciler,
            locks,
            keeper,
            finished,
            here,
            node.images(),
            GuestViews.NONE,
            clock),
        runtime);
  }

  /** From now on there is a QEMU, played, and what the pods' machines boot. */
  void hasMachines() throws IOException {
    new PlayedNode(folder).hasMachines();
  }

  /** The machines of the agent that is there now. */
  Machines machines() {
    return machines.orElseThrow();
  }

  private static AttachFailure missing(String type) {
    return new AttachFailure.DelegateMissing(type, List.of("/plugins"), List.of());
  }

  /** The runtime's ADD, by the agent's own server. */
  void cniAdd(String sandbox, SandboxConfig config, String netns) throws RuntimeTrouble {
    Optional<String> fails = Optional.ofNullable(cniTrouble.poll());
    if (fails.isPresent()) {
      throw new RuntimeTrouble(new CriFailure.Failed("RunPodSandbox", fails.get()));
    }
    Frames.Reply reply = cni(sandbox, "ADD", netns, Optional.of(config));
    if (reply.exitCode() != 0) {
      throw new RuntimeTrouble(new CriFailure.Failed("RunPodSandbox", reply.stdout()));
    }
  }

  /** The runtime's DEL. */
  void cniDel(String sandbox) {
    assertThat(cni(sandbox, "DEL", "", Optional.empty()).exitCode()).isZero();
  }

  /** ADD of a container that only its runtime knows. */
  void cniAddStranger(String container, String netns) {
    assertThat(cni(container, "ADD", netns, Optional.empty()).exitCode()).isZero();
  }

  /** The ports that the API has. */
  List<ObjectNode> ports() {
    var ports = new KubeResource("patchbay.dev", "v1alpha1", "ports", "Port", true);
    return api.list(ports, KubeSelection.ALL);
  }

  /** The next ADD fails with these words. */
  void cniFails(String why) {
    cniTrouble.add(why);
  }

  private Frames.Reply cni(
      String sandbox, String command, String netns, Optional<SandboxConfig> config) {
    Map<String, String> environment = new HashMap<>();
    environment.put("CNI_COMMAND", command);
    environment.put("CNI_CONTAINERID", sandbox);
    environment.put("CNI_NETNS", netns);
    environment.put("CNI_IFNAME", "eth0");
    environment.put("CNI_PATH", "/plugins");
    environment.put("PATCHBAY_RUNTIME", "containerd");
    config
        .map(SandboxConfig::pod)
        .ifPresent(pod ->
            environment.put(
                "CNI_ARGS",
                "IgnoreUnknown=1;K8S_POD_NAMESPACE=%s;K8S_POD_NAME=%s;K8S_POD_UID=%s"
                    .formatted(pod.namespace(), pod.name(), pod.uid())));
    ObjectNode conf = new PlayedNode(folder).network().json().deepCopy();
    config.ifPresent(asked -> {
      ObjectNode told = conf.putObject("runtimeConfig").putObject(ANNOTATIONS);
      asked.annotations().forEach(told::put);
    });
    byte[] stdin = Json.bytes(conf);
    return server
        .orElseThrow()
        .answer(new Frames.Request(environment, ByteBuffer.wrap(stdin)), new Cancellation());
  }

  /** The agent ends and another one takes over. */
  void restart() {
    stop();
    again();
  }

  PodSpecs specs() {
    return role.specs();
  }

  /** As {@code patchbay down} does. */
  NodeRole.Drained drain() {
    role.close();
    return role.drain(true);
  }

  void stop() {
    role.close();
    try {
      machines().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    journal.close();
  }

  void again() {
    journal = Journal.open(folder.resolve("journal.db"));
    role = start();
  }

  /** Somebody creates a pod. */
  PodView create(String name, String spec) {
    ObjectNode pod = Json.newObject();
    pod.putObject("metadata").put("name", name).put("namespace", "default");
    pod.set("spec", Json.object(spec, "spec"));
    return new PodView(api.create(KubeResource.PODS, pod));
  }

  /** Somebody changes its list of NICs. */
  void nics(String name, String nics) {
    ObjectNode wrapped = Json.object("{\"nics\":" + nics + "}", "nics");
    api.edit(
        KubeResource.PODS,
        named(name),
        pod -> pod.withObject("/spec").set("nics", wrapped.path("nics")));
  }

  static KubeName named(String name) {
    return new KubeName("default", name);
  }

  Optional<PodView> pod(String name) {
    return api.get(KubeResource.PODS, named(name)).map(PodView::new);
  }

  /** Waits until the pod is like that; fails with how it is instead. */
  PodView await(String name, Predicate<PodView> like) throws InterruptedException {
    return awaiting(() -> pod(name).filter(like), () -> pod(name).map(PodView::object).toString());
  }

  void awaitGone(String name) throws InterruptedException {
    awaiting(
        () -> pod(name).isEmpty() ? Optional.of(true) : Optional.empty(),
        () -> pod(name).map(PodView::object).toString());
  }

  static <T> T awaiting(Supplier<Optional<T>> look, Supplier<String> instead)
      throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(BOUND_SECONDS).toNanos();
    Optional<T> found = look.get();
    while (found.isEmpty() && System.nanoTime() < until) {
      Thread.sleep(5);
      found = look.get();
    }
    return found.orElseThrow(() -> new AssertionError("never came; instead: " + instead.get()));
  }

  /** The pod's NICs by status, as name=state. */
  static List<String> states(PodView pod) {
    return each(
        pod.status().path("nicStatuses"),
        nic -> nic.path("name").asString() + "=" + nic.path("state").asString());
  }

  static List<String> each(JsonNode list, Function<JsonNode, String> text) {
    List<String> all = new ArrayList<>();
    list.forEach(one -> all.add(text.apply(one)));
    return all;
  }

  static JsonNode condition(PodView pod, String type) {
    for (JsonNode one : pod.status().path("conditions")) {
      if (one.path("type").asString("").equals(type)) {
        return one;
      }
    }
    return Json.newObject();
  }

  /** The reasons of its events, each with its message, in the order of their times. */
  List<String> events(PodView pod, String reason) {
    return api.list(KubeResource.EVENTS, KubeSelection.ALL).stream()
        .filter(event -> event.at("/involvedObject/uid").asString().equals(pod.uid()))
        .filter(event -> event.path("reason").asString().equals(reason))
        .map(event -> event.path("message").asString())
        .toList();
  }

  /** How many pods' NICs the journal has, and addresses are taken. */
  void assertNothingIsLeft() throws IOException {
    assertThat(journal.all()).isEmpty();
    assertThat(keeper.listed()).isEmpty();
    Path leases = folder.resolve("leases/default");
    if (Files.isDirectory(leases)) {
      try (var files = Files.list(leases)) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .noneMatch(file -> file.startsWith("10.96."));
      }
    }
  }

  static List<String> names(List<Link> links) {
    return links.stream().map(link -> link.name().value()).toList();
  }

  @Override
  public void close() {
    stop();
    api.close();
  }
}
