package dev.patchbay.agent.cni;

import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.reconcile.ContainerLocks;
import dev.patchbay.agent.reconcile.Edges;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.agent.socket.AgentSocket;
import dev.patchbay.agent.socket.Cancellation;
import dev.patchbay.agent.socket.Frames;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.result.convert.Results;
import dev.patchbay.cni.skel.CniRequest;
import dev.patchbay.cni.skel.RequestParser;
import dev.patchbay.cni.skel.VersionReply;
import dev.patchbay.cni.version.CniVersion;
import dev.patchbay.kube.PodFacts;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Answers the shim: reads the request, has it done, and turns whatever comes of it into a CNI
 * answer.
 */
public final class CniServer implements AgentSocket.Answerer {
  private static final Logger LOG = LoggerFactory.getLogger(CniServer.class);

  private final CniCommands commands;
  private final NetworkCommands networks;
  private final List<AddListener> listeners = new CopyOnWriteArrayList<>();

  /** A server that works with these. */
  public CniServer(
      AgentConfig config,
      Edges edges,
      Journal journal,
      NodeReconciler reconciler,
      ContainerLocks locks) {
    this.commands = new CniCommands(config, edges, journal, reconciler, locks);
    this.networks = new NetworkCommands(config, edges, journal, reconciler, locks);
  }

  /** Tells somebody of every pod from now on. */
  public void tell(AddListener listener) {
    listeners.add(listener);
  }

  @Override
  public Frames.Reply answer(Frames.Request request, Cancellation cancellation) {
    var call = new CniCommands.Call(request.environment(), runtime(request), cancellation);
    CniVersion version = CniVersion.V1_0_0;
    try {
      CniRequest parsed = RequestParser.parse(request.environment(), request.stdinBytes());
      version = versionOf(parsed);
      return answer(parsed, call);
    } catch (CniException e) {
      return refusal(e.error(), version);
    } catch (Journal.JournalException e) {
      return refusal(CniError.of(CniError.IO_FAILURE, String.valueOf(e.getMessage())), version);
    } catch (RuntimeException e) {
      LOG.error("Patchbay: a defect: {}", e.toString(), e);
      return refusal(
          new CniError(
              CniError.INTERNAL,
              "a defect in patchbay: " + e,
              "please report it with the agent's log"),
          version);
    }
  }

  /** Answers a request that nobody made, without a word in the log. */
  public Frames.Reply rehearse(Frames.Request request) {
    return ScopedValue.where(RequestLog.UNHEARD, true)
        .call(() -> answer(request, new Cancellation()));
  }

  private Frames.Reply answer(CniRequest request, CniCommands.Call call) {
    return switch (request) {
      case CniRequest.Add add -> {
        CniCommands.Added added = commands.add(add, call);
        tell(added);
        yield success(Results.write(added.result(), add.conf().version()), added.log().text());
      }
      case CniRequest.Del del -> {
        yield new Frames.Reply(0, "", commands.del(del, call).text());
      }
      case CniRequest.Check check -> {
        commands.check(check, call);
        yield new Frames.Reply(0, "", "");
      }
      case CniRequest.Gc gc -> {
        yield new Frames.Reply(0, "", networks.gc(gc, call).text());
      }
      case CniRequest.Status status -> {
        networks.status(status);
        yield new Frames.Reply(0, "", "");
      }
      case CniRequest.Version() -> success(VersionReply.ours(), "");
      case CniRequest.About() ->
          new Frames.Reply(0, "", "patchbay: a CNI plugin; all of CNI 0.1.0 to 1.1.0\n");
    };
  }

  private void tell(CniCommands.Added added) {
    PodFacts pod = added.party().pod();
    if (pod.name().isPresent() && pod.uid().isPresent()) {
      for (AddListener listener : listeners) {
        listener.added(pod.namespaceOrDefault(), pod.name().get(), pod.uid().get(), added.nics());
      }
    }
  }

  private static CniVersion versionOf(CniRequest request) {
    return switch (request) {
      case CniRequest.Add add -> add.conf().version();
      case CniRequest.Del del -> del.conf().version();
      case CniRequest.Check check -> check.conf().version();
      case CniRequest.Gc gc -> gc.conf().version();
      case CniRequest.Status status -> status.conf().version();
      case CniRequest.Version(), CniRequest.About() -> CniVersion.V1_1_0;
    };
  }

  /** A spooled DEL: done unless something is left that another try may take away. */
  public boolean spooled(Frames.Request request) {
    Frames.Reply reply = answer(request, new Cancellation());
    if (reply.exitCode() != 0) {
      LOG.warn(
          "Patchbay: a DEL that was spooled while the agent was away failed: {}", reply.stdout());
    }
    return reply.exitCode() == 0;
  }

  private static Frames.Reply success(JsonNode answer, String log) {
    return new Frames.Reply(0, Json.text(answer) + "\n", log);
  }

  /**
   * The runtime's executable; one that has been upgraded under its running process is still the
   * same runtime.
   */
  private static String runtime(Frames.Request request) {
    return request
        .environment()
        .getOrDefault(Frames.RUNTIME, "")
        .replaceFirst(" \\(deleted\\)$", "");
  }

  static Frames.Reply refusal(CniError error, CniVersion version) {
    return new Frames.Reply(1, Json.text(error.toJson(version)) + "\n", "");
  }
}
