package dev.patchbay.agent;

import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.kube.client.Fabric8KubeApi;
import dev.patchbay.kube.client.KubeApi;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.spi.ToolProvider;

/**
 * Runs the agent in the foreground, for {@code patchbay agent}: found by name, so that the command
 * line does not depend on the agent.
 */
public final class AgentTool implements ToolProvider {
  private static final int USAGE = 2;

  /** Made by the service loader. */
  public AgentTool() {}

  @Override
  public String name() {
    return "patchbay-agent";
  }

  @Override
  public int run(PrintWriter out, PrintWriter err, String... args) {
    List<String> given = new ArrayList<>(List.of(args));
    boolean inCluster = given.remove("--in-cluster");
    if (!given.isEmpty() && !(given.size() == 2 && given.getFirst().equals("--config"))) {
      err.println("usage: patchbay agent [--config FILE] [--in-cluster]");
      return USAGE;
    }
    Path file = given.isEmpty() ? AgentConfig.DEFAULT_FILE : Path.of(given.getLast());
    try {
      AgentConfig config = AgentConfig.read(file);
      Optional<KubeApi> cluster =
          inCluster ? Optional.of(Fabric8KubeApi.inCluster()) : Optional.empty();
      Agent agent = Agent.start(config);
      if (cluster.isPresent()) {
        agent.join(cluster.get(), config.networkDefinitions());
      }
      var stopped = new CountDownLatch(1);
      Runtime.getRuntime()
          .addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(agent, stopped, err)));
      err.println("ready");
      err.flush();
      stopped.await();
      return 0;
    } catch (IllegalArgumentException e) {
      err.println("patchbay agent: " + e.getMessage());
      return USAGE;
    } catch (IOException | Journal.JournalException e) {
      err.println("patchbay agent: " + e.getMessage());
      return 1;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private static void stop(Agent agent, CountDownLatch stopped, PrintWriter err) {
    try {
      agent.close();
    } catch (IOException e) {
      err.println("patchbay agent: " + e.getMessage());
    }
    stopped.countDown();
  }
}
