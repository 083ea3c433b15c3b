package dev.patchbay.agent;

import dev.patchbay.agent.cni.Gate;
import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.reconcile.Recovery;
import dev.patchbay.agent.socket.AgentSocket;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The daemon's life: socket first, then the journal, recovery, the spool, and only then ADDs. */
public final class Agent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SPOOL_SECONDS = 2;
  private static final int RETRY_SECONDS = 30;

  private final NetnsHandle host;
  private final AgentSocket socket;
  private final Wiring wiring;
  private final ScheduledExecutorService chores;

  private Agent(
      NetnsHandle host, AgentSocket socket, Wiring wiring, ScheduledExecutorService chores) {
    this.host = host;
    this.socket = socket;
    this.wiring = wiring;
    this.chores = chores;
  }

  /** Starts it; when this returns, ADDs are answered. */
  public static Agent start(AgentConfig config) throws IOException {
    NetnsHandle host =
        config.hostNetns().isPresent()
            ? NetnsHandle.open(config.hostNetns().get())
            : NetnsHandle.current();
    var gate = new Gate(PATIENCE);
    AgentSocket socket =
        AgentSocket.open(config.socket(), config.parallel(), config.waiting(), gate);
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
    var chores =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("chores").daemon().factory());
    var agent = new Agent(host, socket, wiring, chores);
    chores.scheduleWithFixedDelay(
        agent::drainSpool, SPOOL_SECONDS, SPOOL_SECONDS, TimeUnit.SECONDS);
    chores.scheduleWithFixedDelay(agent::retry, RETRY_SECONDS, RETRY_SECONDS, TimeUnit.SECONDS);
    LOG.info("Patchbay: ready on {}", config.socket());
    return agent;
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
      wiring
          .recovery()
          .orphans()
          .forEach(nic ->
              LOG.info(
                  "Patchbay: {} is attached, but its namespace {} is gone; its DEL or GC will release it",
                  nic.key(),
                  nic.netns()));
    } catch (Journal.JournalException e) {
      LOG.warn("Patchbay: {}", e.toString());
    }
  }

  /** Lets requests under way finish; NICs stay as they are. */
  @Override
  public void close() throws IOException {
    chores.shutdownNow();
    socket.close();
    wiring.journal().close();
    host.close();
  }
}
