package dev.patchbay.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.reconcile.ContainerLocks;
import dev.patchbay.agent.reconcile.Edges;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.cni.conf.NetworkName;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.libcni.ExecOutcome;
import dev.patchbay.cni.skel.StdinConf;
import dev.patchbay.cni.version.CniVersion;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.core.plan.KernelSession;
import dev.patchbay.core.plan.Link;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.ipam.HostLocalLeases;
import dev.patchbay.kube.client.KubeName;
import dev.patchbay.kube.client.KubeResource;
import dev.patchbay.kube.client.KubeSelection;
import dev.patchbay.kube.dialect.Folders;
import dev.patchbay.kube.fake.FakeKubeApi;
import dev.patchbay.linux.netns.NetnsKeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One node against an API in memory, with a real journal and real pools in a folder. */
final class NodeWorld implements AutoCloseable {
  static final String NODE = "w1";
  private static final long BOUND_SECONDS = 20;

  final FakeKubeApi api = new FakeKubeApi();
  final HostObserver host;
  final NetnsKeeper keeper;
  private final Path folder;
  private final Supplier<KernelSession> kernel;
  private Journal journal;
  private NodeRole role;

  NodeWorld(Path folder, HostObserver host, Supplier<KernelSession> kernel, NetnsKeeper keeper)
      throws IOException {
    this.folder = folder;
    this.host = host;
    this.kernel = kernel;
    this.keeper = keeper;
    Files.createDirectories(folder.resolve("confs"));
    this.journal = Journal.open(folder.resolve("journal.db"));
    this.role = start();
  }

  Journal journal() {
    return journal;
  }

  private NodeRole start() {
    var edges =
        new Edges(
            host,
            kernel,
            new HostLocalLeases(_ -> () -> {}),
            (_, _) -> (op, _) -> new Performed.Failed(missing(op.call().type())),
            call -> new ExecOutcome.Broke(missing(call.type())),
            (op, _) -> new Performed.Failed(missing(op.toString())));
    Clock clock = Clock.systemUTC();
    var reconciler = new NodeReconciler(edges, journal, "boot-1", clock);
    var nics = new PodNics(network(), new Folders(folder.resolve("confs"), Optional.empty()), true);
    return NodeRole.start(
        api,
        new NodeSettings(
            NODE, List.of(), Map.of(), nics, List.of(), folder, true, Duration.ofHours(1)),
        new NodeParts(journal, reconciler, new ContainerLocks(), keeper, clock));
  }

  private StdinConf network() {
    String json =
        """
        {"cniVersion":"1.0.0","name":"pods","type":"patchbay","delegates":[
          {"name":"default","type":"bridge","bridge":"pb-node-test","isDefaultGateway":true,
           "ipam":{"type":"host-local","dataDir":"%s/leases","subnet":"10.96.0.0/24"}}]}
        """
            .formatted(folder);
    return new StdinConf(
        new NetworkName("pods"),
        CniVersion.V1_0_0,
        Optional.of("patchbay"),
        Json.object(json, "test"));
  }

  private static AttachFailure missing(String type) {
    return new AttachFailure.DelegateMissing(type, List.of("/plugins"), List.of());
  }

  /** The agent ends and another one takes over. */
  void restart() {
    stop();
    again();
  }

  void stop() {
    role.close();
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
