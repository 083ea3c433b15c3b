package dev.patchbay.agent.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.agent.cni.CniServer;
import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.reconcile.ContainerLocks;
import dev.patchbay.agent.reconcile.Edges;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.agent.socket.Cancellation;
import dev.patchbay.agent.socket.Frames;
import dev.patchbay.agent.vm.GuestPerformer;
import dev.patchbay.agent.vm.RunningGuests;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.libcni.ExecOutcome;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.ipam.HostLocalLeases;
import dev.patchbay.linux.fake.FakeKernel;
import dev.patchbay.vpc.BuiltInProvider;
import dev.patchbay.vpc.InMemoryVpcStore;
import dev.patchbay.vpc.PortOwners;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A node with a fake kernel, real pools and a real journal: a runtime's side and the command
 * line's.
 */
final class Node implements AutoCloseable {
  private static final Clock NOW =
      Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);

  /** When this kernel started: an hour ago. */
  static final Instant BOOT = Instant.parse("2026-11-21T11:00:00Z");

  final FakeKernel kernel = new FakeKernel();
  final Journal journal;
  private final Path folder;
  private final CniServer cni;
  private final ApiServer api;

  Node(Path folder) throws IOException {
    this.folder = folder;
    for (String below : List.of("confs", "networks", "plugins", "spool", "bin")) {
      Files.createDirectories(folder.resolve(below));
    }
    AgentConfig config =
        AgentConfig.parse(
            """
            stateDir: %1$s
            spool: %1$s/spool
            binDir: %1$s/bin
            delegateDirs: [%1$s/plugins]
            confDir: %1$s/confs
            networkDefinitions: %1$s/networks
            """
                .formatted(folder),
            "test");
    this.journal = Journal.open(config.journal());
    Edges edges =
        new Edges(
            kernel,
            kernel::open,
            new HostLocalLeases(_ -> () -> {}),
            (_, _) -> (op, _) -> new Performed.Failed(missing(op.call().type())),
            call -> new ExecOutcome.Broke(missing(call.type())),
            new GuestPerformer(RunningGuests.NONE),
            new BuiltInProvider(new InMemoryVpcStore(), config.vpc(), PortOwners.NONE));
    var reconciler = new NodeReconciler(edges, journal, "boot-1", NOW);
    var locks = new ContainerLocks();
    this.cni = new CniServer(config, edges, journal, reconciler, locks);
    this.api = new ApiServer(config, edges, journal, reconciler, locks, NOW, BOOT);
  }

  private static AttachFailure missing(String type) {
    return new AttachFailure.DelegateMissing(type, List.of("/plugins"), List.of());
  }

  /** A file in {@code confs} or {@code networks}. */
  void file(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  /** A bridge network in {@code confs}, with a pool that holds few addresses. */
  void bridge(String name, String subnet) throws IOException {
    file("confs/10-" + name + "file.conf", bridgeConf(name, subnet, ""));
  }

  String bridgeConf(String name, String subnet, String more) {
    return """
    {"cniVersion":"1.0.0","name":"%1$s","type":"bridge","bridge":"br-%1$s"%3$s,
     "ipam":{"type":"host-local","dataDir":"%4$s/leases","subnet":"%2$s"}}
    """
        .formatted(name, subnet, more, folder);
  }

  /** A runtime's ADD of one pod with a primary NIC. */
  Frames.Reply add(String container, String pod, String conf) {
    return runtime("ADD", container, pod, conf);
  }

  /** A runtime's DEL. */
  Frames.Reply del(String container, String pod, String conf) {
    return runtime("DEL", container, pod, conf);
  }

  private Frames.Reply runtime(String command, String container, String pod, String conf) {
    String[] parts = pod.split("/", 2);
    Map<String, String> environment =
        Map.of(
            "CNI_COMMAND",
            command,
            "CNI_CONTAINERID",
            container,
            "CNI_NETNS",
            "/run/netns/" + container,
            "CNI_IFNAME",
            "eth0",
            "CNI_PATH",
            folder + "/plugins",
            "PATCHBAY_RUNTIME",
            "containerd",
            "CNI_ARGS",
            "K8S_POD_NAMESPACE=" + parts[0] + ";K8S_POD_NAME=" + parts[1]);
    return cni.answer(
        new Frames.Request(environment, ByteBuffer.wrap(conf.getBytes(UTF_8))), new Cancellation());
  }

  /** A pod with its own namespace and a bridge NIC. */
  void pod(String container, String pod) {
    kernel.createNetns("/run/netns/" + container);
    Frames.Reply added = add(container, pod, bridgeConf("pods", "10.97.0.0/24", ""));
    if (added.exitCode() != 0) {
      throw new AssertionError(added);
    }
  }

  /** There is an API from now on. */
  void knows(PodSpecs pods) {
    api.knows(pods);
  }

  /** What the command line gets. */
  Frames.Reply reply(String verb, String json) {
    return api.answer(
        new Frames.Request(Map.of(ApiServer.VERB, verb), ByteBuffer.wrap(json.getBytes(UTF_8))),
        new Cancellation());
  }

  /** An answer that has to be a success. */
  ObjectNode ask(String verb, String json) {
    Frames.Reply reply = reply(verb, json);
    if (reply.exitCode() != 0) {
      throw new AssertionError(reply.stderr());
    }
    return Json.object(reply.stdout(), "answer");
  }

  /** The words of an answer that has to be a refusal. */
  String refusal(String verb, String json) {
    Frames.Reply reply = reply(verb, json);
    if (reply.exitCode() == 0) {
      throw new AssertionError(reply.stdout());
    }
    return reply.stderr();
  }

  /** One text of each item of an answer. */
  static List<String> each(ObjectNode answer, String key) {
    List<String> all = new ArrayList<>();
    answer.path("items").forEach(item -> all.add(item.path(key).asString("")));
    return all;
  }

  static JsonNode first(ObjectNode answer) {
    return Optional.ofNullable(answer.path("items").get(0)).orElseThrow();
  }

  @Override
  public void close() {
    journal.close();
  }
}
