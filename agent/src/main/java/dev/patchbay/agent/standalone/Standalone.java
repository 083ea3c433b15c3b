package dev.patchbay.agent.standalone;

import dev.patchbay.agent.Agent;
import dev.patchbay.agent.node.NodeRole;
import dev.patchbay.agent.node.NodeSettings;
import dev.patchbay.agent.node.PodNics;
import dev.patchbay.agent.streams.CriPodStreams;
import dev.patchbay.agent.streams.NodeStreams;
import dev.patchbay.agent.streams.VmPodStreams;
import dev.patchbay.apiserver.ApiConfig;
import dev.patchbay.apiserver.ApiServer;
import dev.patchbay.apiserver.admission.Admission;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cri.CriClient;
import dev.patchbay.kube.client.Fabric8KubeApi;
import dev.patchbay.kube.client.KubeApi;
import dev.patchbay.kube.dialect.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/**
 * A node with an API of its own: containerd, the API, the agent and the node role, in the order in
 * which each needs the one before. What is up stays up when this process ends: containers, NICs,
 * objects; the next start finds them.
 */
public final class Standalone implements AutoCloseable {
  private static final Duration NODE = Duration.ofSeconds(30);

  private final StandaloneConfig config;
  private final Consumer<String> progress;
  private final Deque<Part> parts = new ArrayDeque<>();
  private final Containers containers;
  private final DownVerb down;
  private Optional<CriClient> runtime = Optional.empty();
  private String url = "";
  private Path kubeconfig = Path.of("");

  /** Something to end, in the reverse of the order in which it began. */
  private interface Part {
    void end() throws IOException;
  }

  private Standalone(StandaloneConfig config, Consumer<String> progress) {
    this.config = config;
    this.progress = progress;
    this.containers = new Containers(config);
    this.down = new DownVerb(containers);
  }

  /**
   * Starts all of it; when this returns, the node is registered and ADDs are answered.
   *
   * @param progress hears of each step, for people
   * @throws IOException naming what cannot be had; what began has ended again
   */
  public static Standalone start(StandaloneConfig config, Consumer<String> progress)
      throws IOException, InterruptedException {
    var standalone = new Standalone(config, progress);
    boolean wasThere = standalone.containers.isThere();
    try {
      standalone.startAll();
      return standalone;
    } catch (IOException | InterruptedException | RuntimeException e) {
      standalone.endAll(e);
      if (!wasThere) {
        standalone.endRuntime(e);
      }
      throw e;
    }
  }

  private void startAll() throws IOException, InterruptedException {
    requireSameNode();
    long began = System.nanoTime();
    startRuntime();
    told(containers.says(), began);
    var streams = new NodeStreams(runtime.map(CriPodStreams::new));
    ApiServer api = startApi(streams);
    url = api.url();
    kubeconfig = api.kubeconfig();
    told("the API answers at " + url, began);
    KubeApi kube = Fabric8KubeApi.ofKubeconfig(kubeconfig);
    parts.push(kube::close);
    Definitions.install(kube);
    Agent agent = Agent.start(config.agent());
    parts.push(agent::close);
    agent.serve("standalone", _ -> about());
    agent.serve("down", down);
    agent.serve("apply", new ApplyVerb(kube));
    told("the agent answers at " + config.agent().socket(), began);
    NodeRole node = agent.startNode(kube, settings(agent), runtime);
    parts.push(node::close);
    streams.serveMachines(node::isMachine, new VmPodStreams(agent.consoles()));
    down.isUp(agent, node);
    awaitReady(node);
    told("node " + config.nodeName() + " is registered", began);
  }

  /** The first start's certificates take about as long as containerd does, so both at once. */
  private void startRuntime() throws IOException, InterruptedException {
    var prepared =
        new FutureTask<Path>(() -> {
          ApiServer.prepare(apiFolder(), config.listen());
          return apiFolder();
        });
    Thread certificates = Thread.ofVirtual().name("certificates").start(prepared);
    try {
      runtime = containers.start();
      runtime.ifPresent(client -> parts.push(client::close));
    } finally {
      // also when containerd fails: nobody writes in our folder after we have ended
      certificates.join();
    }
    try {
      var _ = prepared.get();
    } catch (ExecutionException e) {
      throw switch (e.getCause()) {
        case IOException known -> known;
        case RuntimeException known -> throw known;
        case null, default -> new IOException("the API cannot be prepared: " + e.getCause(), e);
      };
    }
  }

  private Path apiFolder() {
    return config.folder().resolve("api");
  }

  private ApiServer startApi(NodeStreams streams) throws IOException {
    ApiServer api =
        ApiServer.start(
            new ApiConfig(
                apiFolder(),
                config.listen(),
                config.folder().resolve("users.yaml"),
                new Admission(config.nodeName(), Admission.MOST_NICS).rules(),
                Optional.of(streams)));
    parts.push(api::close);
    return api;
  }

  private NodeSettings settings(Agent agent) {
    return NodeSettings.standalone(
        config.nodeName(),
        List.of(config.listen().getAddress()),
        new PodNics(
            PodNetwork.asCalled(config),
            new Folders(config.agent().confDir(), Optional.of(config.agent().networkDefinitions())),
            config.agent().nativeKinds(),
            agent.vpcs()),
        config.agent().delegateDirs().stream().map(Path::toString).toList());
  }

  /** There is one node; its objects and addresses are this name's. */
  private void requireSameNode() throws IOException {
    Path file = config.folder().resolve("node");
    if (Files.exists(file)) {
      String before = Files.readString(file).strip();
      if (!before.equals(config.nodeName())) {
        throw new IOException(
            "this is node \""
                + before
                + "\" and cannot be \""
                + config.nodeName()
                + "\" too; standalone mode has one node: patchbay down --purge begins anew, and for"
                + " more nodes run Patchbay on a Kubernetes cluster");
      }
      return;
    }
    Files.createDirectories(config.folder());
    Files.writeString(file, config.nodeName() + "\n");
  }

  private static void awaitReady(NodeRole node) throws IOException, InterruptedException {
    try {
      node.ready().get(NODE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException("the node cannot register itself: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IOException("the node has not registered itself within " + NODE, e);
    }
  }

  private void told(String what, long began) {
    progress.accept(what + " (%.1f s)".formatted((System.nanoTime() - began) / 1e9));
  }

  /** What a person wants to know of a node that is up. */
  private ObjectNode about() {
    return Json.newObject()
        .put("apiVersion", "patchbay.dev/v1alpha1")
        .put("kind", "Standalone")
        .put("node", config.nodeName())
        .put("url", url)
        .put("kubeconfig", kubeconfig.toString());
  }

  /** Waits for {@code patchbay down}; whether everything shall be forgotten too. */
  public boolean awaitDown() throws InterruptedException {
    return down.await();
  }

  /** Ends this process's part; containers and NICs stay. */
  @Override
  public void close() throws IOException {
    while (!parts.isEmpty()) {
      parts.pop().end();
    }
  }

  private void endRuntime(Exception why) {
    try {
      String _ = containers.stop(false);
    } catch (IOException e) {
      why.addSuppressed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      why.addSuppressed(e);
    }
  }

  private void endAll(Exception why) {
    try {
      close();
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }
}
