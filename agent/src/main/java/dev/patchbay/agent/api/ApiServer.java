package dev.patchbay.agent.api;

import dev.patchbay.agent.cni.NetnsRule;
import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.reconcile.ContainerLocks;
import dev.patchbay.agent.reconcile.Edges;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.agent.socket.AgentSocket;
import dev.patchbay.agent.socket.Cancellation;
import dev.patchbay.agent.socket.Frames;
import dev.patchbay.agent.vm.Consoles;
import dev.patchbay.agent.vm.GuestViews;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.vm.truth.GuestView;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers the command line. A request is a shim's frame with {@link #VERB} among its strings and a
 * JSON object as its standard input; the answer's standard output is JSON of {@code
 * patchbay.dev/v1alpha1}, or its standard error one text for people and exit code 1, or 2 for a
 * request that this agent does not understand.
 */
public final class ApiServer implements AgentSocket.Answerer {
  /** The string that tells such a request from a runtime's; its value is the verb. */
  public static final String VERB = "PATCHBAY_VERB";

  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private final Map<String, Verb> verbs;
  private final Map<String, TalkVerb> talks = new ConcurrentSkipListMap<>();
  private volatile PodSpecs specs = PodSpecs.NONE;
  private volatile GuestViews guests = GuestViews.NONE;

  /**
   * A server that works with these.
   *
   * @param boot when this kernel started, by the host's clock
   */
  public ApiServer(
      AgentConfig config,
      Edges edges,
      Journal journal,
      NodeReconciler reconciler,
      ContainerLocks locks,
      Clock clock,
      Instant boot) {
    var places =
        new Places(journal, new NetnsRule(config.netnsRoots(), edges.host()), edges.host());
    var plugging = new Plugging(config, edges.host(), edges.vpcs());
    var reservations = new StaleReservations(edges, journal, boot);
    Verb plug = new PlugVerb(places, plugging, journal, reconciler, locks, clock);
    Verb unplug = new UnplugVerb(journal, reconciler, locks);
    this.verbs =
        new ConcurrentSkipListMap<>(
            Map.of(
                "nics", new NicsVerb(journal, this::guestOf),
                "nic", new NicVerb(journal, this::guestOf),
                "networks", new NetworksVerb(config, edges, journal, reservations),
                "plan", new PlanVerb(config, places, plugging, reconciler),
                "plug", bySpec(config, journal, plug, true),
                "unplug", bySpec(config, journal, unplug, false),
                "reclaim", new ReclaimVerb(config, journal, reservations),
                "why", new WhyVerb(journal),
                "check", new CheckVerb(config, edges, journal, reservations)));
  }

  private Verb bySpec(AgentConfig config, Journal journal, Verb direct, boolean plugs) {
    return new SpecVerb(config, journal, () -> specs, direct, plugs);
  }

  /** Answers one more verb from now on. */
  public void serve(String name, Verb verb) {
    verbs.put(name, verb);
  }

  /**
   * Opens consoles, and connections to pods, from now on.
   *
   * @param host the host's namespace
   */
  public void talks(Consoles consoles, Journal journal, NetnsHandle host) {
    var forward = new ForwardVerb(journal, new WaysIn(host, consoles), host);
    talks.put("attach", new AttachVerb(consoles));
    talks.put("forward", forward);
    verbs.put("reach", forward::look);
  }

  /** From now on the guest's side of NICs is known. */
  public void sees(GuestViews views) {
    guests = views;
  }

  private Optional<GuestView> guestOf(NicRecord nic) {
    return guests.of(nic);
  }

  /** From now on there is an API that knows pods. */
  public void knows(PodSpecs pods) {
    specs = pods;
  }

  @Override
  public Frames.Reply answer(Frames.Request request, Cancellation cancellation) {
    String name = request.environment().getOrDefault(VERB, "");
    Verb verb = verbs.get(name);
    TalkVerb talk = talks.get(name);
    if (verb == null && talk == null) {
      return refused(
          USAGE,
          "this agent does not know \""
              + name
              + "\"; it knows "
              + Stream.of(verbs, talks)
                  .flatMap(some -> some.keySet().stream())
                  .sorted()
                  .collect(Collectors.joining(", "))
              + "\nnext: patchbay version");
    }
    try {
      byte[] stdin = request.stdinBytes();
      ObjectNode body = stdin.length == 0 ? Json.newObject() : Json.object(stdin, "request");
      Fields fields = Fields.of(body, "request", CniError.INVALID_NETWORK_CONFIG);
      Ask ask = new Ask(fields, request.environment(), cancellation);
      return verb == null ? opened(Objects.requireNonNull(talk).open(ask)) : told(verb.answer(ask));
    } catch (Refusal e) {
      return refused(FAILED, e.text());
    } catch (CniException e) {
      CniError error = e.error();
      String details = error.details().isEmpty() ? "" : "; " + error.details();
      return refused(FAILED, error.msg() + details + "\nnext: patchbay get networks");
    } catch (Journal.JournalException e) {
      return refused(FAILED, e.getMessage() + "\nnext: patchbay check");
    } catch (RuntimeException e) {
      LOG.error("Patchbay: a defect: {}", e.toString(), e);
      return refused(
          FAILED, "a defect in patchbay: " + e + "\nnext: report it with the agent's log");
    }
  }

  private static Frames.Reply told(ObjectNode answer) {
    return new Frames.Reply(0, Json.text(answer) + "\n", "");
  }

  private static Frames.Reply opened(TalkVerb.Opened opened) {
    return new Frames.Reply(
        0, Json.text(opened.answer()) + "\n", "", Optional.of(opened.conversation()));
  }

  @Override
  public Frames.Reply busy(Frames.Request request) {
    return refused(FAILED, "the agent has too many requests at once\nnext: try again");
  }

  static Frames.Reply refused(int exitCode, String text) {
    return new Frames.Reply(exitCode, "", text + "\n");
  }
}
