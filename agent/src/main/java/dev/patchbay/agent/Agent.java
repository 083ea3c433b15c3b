package dev.patchbay.agent;

import dev.patchbay.agent.api.ApiDoor;
import dev.patchbay.agent.api.Verb;
import dev.patchbay.agent.cluster.InCluster;
import dev.patchbay.agent.cni.Gate;
import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.node.NodeRole;
import dev.patchbay.agent.node.NodeSettings;
import dev.patchbay.agent.reconcile.Recovery;
import dev.patchbay.agent.socket.AgentSocket;
import dev.patchbay.agent.vm.Consoles;
import dev.patchbay.cri.CriClient;
import dev.patchbay.kube.client.KubeApi;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.vpc.VpcProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The daemon's life: socket first, then the journal, recovery, the spool, and only then ADDs. */
public final class Agent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration REHEARSAL_AFTER = Duration.ofSeconds(1);
  private static final int SPOOL_SECONDS = 2;
  private static final int RETRY_ROUNDS = 15;

  private final NetnsHandle host;
  private final AgentSocket socket;
  private final Wiring wiring;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread rehearsal;

  private Agent(AgentConfig config, NetnsHandle host, AgentSocket socket, Wiring wiring) {
    this.host = host;
    this.socket = socket;
    this.wiring = wiring;
    this.rehearsal =
        Thread.ofPlatform().name("rehearsal").daemon().unstarted(() -> rehearse(config));
  }

  /** Starts it; when this returns, ADDs are answered. */
  public static Agent start(AgentConfig config) throws IOException {
    var gate = new Gate(PATIENCE);
    var door = new ApiDoor(gate);
    AgentSocket socket =
        AgentSocket.open(config.socket(), config.parallel(), config.waiting(), door);
    // first of all that makes system calls: to link them takes longer than the socket may wait
    NetnsHandle host =
        config.hostNetns().isPresent()
            ? NetnsHandle.open(config.hostNetns().get())
            : NetnsHandle.current();
    Wiring wiring = Wiring.of(config, host);
    Recovery.Report report = wiring.recovery().run();
    LOG.info(
        "Patchbay: recovered: {} NICs kept, {} finished, {} left to try again",
        report.kept(),
        report.finished(),
        report.left());
    int spooled = wiring.spool().drain(wiring.server()::spooled);
    if (spooled > 0) {
      LOG.info("Patchbay: {} DELs done that came while the agent was away", spooled);
    }
    gate.open(wiring.server());
    door.open(wiring.api());
    var agent = new Agent(config, host, socket, wiring);
    Thread.ofPlatform().name("chores").daemon().start(agent::doChores);
    if (config.rehearsal()) {
      agent.rehearsal.start();
    }
    LOG.info("Patchbay: ready on {}", config.socket());
    return agent;
  }

  /**
   * Takes the node's role towards an API, beside what the agent does anyway; it is closed before
   * the agent.
   *
   * @param runtime runs containers; empty where there is none
   */
  public NodeRole startNode(KubeApi kube, NodeSettings settings, Optional<CriClient> runtime) {
    NodeRole role = NodeRole.start(kube, settings, wiring.node(), runtime);
    wiring.api().knows(role.specs());
    return role;
  }

  /** The consoles of the machines. */
  public Consoles consoles() {
    return wiring.consoles();
  }

  /**
   * Works for a node of a cluster, beside what the agent does anyway; it is closed before the
   * agent.
   *
   * @param definitions the agent's folder of NetworkAttachmentDefinitions, which becomes a copy of
   *     the cluster's
   */
  public InCluster join(KubeApi cluster, Path definitions) throws IOException {
    InCluster joined = InCluster.start(cluster, definitions);
    wiring.server().tell(joined.listener());
    return joined;
  }

  /** Where VPCs, subnets and ports are kept. */
  public VpcProvider vpcs() {
    return wiring.vpcs();
  }

  /** Answers one more verb of the command line from now on. */
  public void serve(String name, Verb verb) {
    wiring.api().serve(name, verb);
  }

  /** Gives back at once what pods that are gone for good have left in VPCs. */
  public void sweepVpcs() {
    wiring.chores().run();
  }

  /** Later than whatever waited for the start, and only while nobody wants anything. */
  private void rehearse(AgentConfig config) {
    try {
      if (!stopped.await(REHEARSAL_AFTER.toMillis(), TimeUnit.MILLISECONDS)) {
        int nics = Rehearsal.of(config).run(() -> stopped.getCount() > 0 && socket.isIdle());
        System.gc(); // an agent that waits for pods need not hold what the rehearsal took
        LOG.info("Patchbay: rehearsed with {} NICs in namespaces of its own", nics);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void doChores() {
    try {
      for (int round = 1; !stopped.await(SPOOL_SECONDS, TimeUnit.SECONDS); round++) {
        drainSpool();
        if (round % RETRY_ROUNDS == 0) {
          retry();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** A shim that found nobody may have spooled after we drained. */
  private void drainSpool() {
    try {
      wiring.spool().drain(wiring.server()::spooled);
    } catch (IOException | Journal.JournalException e) {
      LOG.warn("Patchbay: the spool cannot be drained: {}", e.toString());
    }
  }

  private void retry() {
    try {
      Recovery.Report report = wiring.recovery().run();
      if (report.finished() + report.left() > 0) {
        LOG.info(
            "Patchbay: tried again: {} NICs finished, {} left", report.finished(), report.left());
      }
      wiring.chores().run();
    } catch (Journal.JournalException e) {
      LOG.warn("Patchbay: {}", e.toString());
    }
  }

  /** Lets requests under way finish; NICs stay as they are. */
  @Override
  public void close() throws IOException {
    stopped.countDown();
    try {
      rehearsal.join(); // at most one round more
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    socket.close();
    wiring.guests().close();
    wiring.consoles().close();
    wiring.journal().close();
    host.close();
  }
}
