package dev.patchbay.e2e.differential;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Our product: the built agent as a process of its own, called through the shim. One plugin's
 * configuration goes to the shim as it is, a chain as a delegate of type {@code patchbay}.
 */
final class PatchbayShim implements CniCaller, AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);

  private final Path folder;
  private final Path shim;
  private final Path delegates;
  private final Process agent;

  private PatchbayShim(Path folder, Path shim, Path delegates, Process agent) {
    this.folder = folder;
    this.shim = shim;
    this.delegates = delegates;
    this.agent = agent;
  }

  /** The launcher of the built distribution. */
  static Path launcher(Path root) {
    String dist = System.getProperty("patchbay.lab.dist", root.resolve("cli/target/dist") + "");
    return Path.of(dist, "bin/patchbay");
  }

  /** The shim as built. */
  static Path shim(Path root) {
    return root.resolve("shim/target/patchbay-shim");
  }

  /**
   * Starts the agent and waits until it answers.
   *
   * @param root the repository
   * @param folder for state and socket
   * @param host name of the network namespace that is its host
   * @param delegates folder of third-party plugins
   */
  static PatchbayShim start(Path root, Path folder, String host, Path delegates) {
    Path config = folder.resolve("agent.yaml");
    Path log = folder.resolve("agent.log");
    try {
      Path bin = Files.createDirectories(folder.resolve("bin"));
      Files.writeString(
          config,
          """
          socket: %1$s/agent.sock
          stateDir: %1$s/state
          rehearsal: false
          hostNetns: /run/netns/%2$s
          netnsRoots: [/run/netns]
          binDir: %3$s
          delegateDirs: [%4$s]
          networkDefinitions: %1$s/networks
          confDir: %1$s/confs
          """
              .formatted(folder, host, bin, delegates));
      var builder =
          new ProcessBuilder(
                  "nsenter",
                  "--net=/run/netns/" + host,
                  "--",
                  launcher(root).toString(),
                  "agent",
                  "--config",
                  config.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      Process agent = builder.start();
      agent.getOutputStream().close();
      var started = new PatchbayShim(folder, shim(root), delegates, agent);
      started.awaitReady(log);
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the agent", e);
    }
  }

  private void awaitReady(Path log) throws IOException {
    long deadline = System.nanoTime() + START.toNanos();
    while (!Files.readString(log).contains("ready")) {
      if (!agent.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("the agent does not get ready; its log:\n" + log());
      }
      try {
        agent.waitFor(20, java.util.concurrent.TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  /** What the agent has said. */
  String log() {
    try {
      return Files.readString(folder.resolve("agent.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Answer call(Call call) {
    Map<String, String> environment = new LinkedHashMap<>(call.environment(delegates.toString()));
    environment.put("PATCHBAY_SOCKET", folder.resolve("agent.sock").toString());
    environment.put("PATCHBAY_SPOOL", folder.resolve("spool").toString());
    return Answer.of(Ended.in(call.host(), environment, call.stdin(conf(call)), shim.toString()));
  }

  private static ObjectNode conf(Call call) {
    ObjectNode conf;
    if (call.plugins().size() == 1 && !ofChainsOnly(call.plugins().getFirst())) {
      conf = call.plugins().getFirst().deepCopy();
    } else {
      conf = Looking.JSON.createObjectNode();
      ObjectNode first = call.plugins().getFirst();
      conf.set("cniVersion", first.path("cniVersion"));
      conf.put("name", "pods").put("type", "patchbay");
      ObjectNode list = conf.putArray("delegates").addObject();
      list.set("cniVersion", first.path("cniVersion"));
      list.set("name", first.path("name"));
      ArrayNode plugins = list.putArray("plugins");
      call.plugins().forEach(plugin -> plugins.add(plugin.deepCopy()));
    }
    call.prevResult().ifPresent(result -> conf.set("prevResult", result));
    return conf;
  }

  private static boolean ofChainsOnly(ObjectNode plugin) {
    return List.of("tuning").contains(plugin.path("type").asString(""));
  }

  @Override
  public void close() {
    List<ProcessHandle> all = new java.util.ArrayList<>(agent.descendants().toList());
    all.add(agent.toHandle());
    all.forEach(ProcessHandle::destroy);
    for (ProcessHandle one : all) {
      try {
        one.onExit().get(20, SECONDS);
      } catch (TimeoutException e) {
        one.destroyForcibly();
        throw new AssertionError("the agent did not end", e);
      } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
        throw new IllegalStateException("cannot wait for the agent", e);
      }
    }
  }
}
