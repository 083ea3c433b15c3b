package dev.patchbay.agent.cni;

import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.reconcile.ContainerLocks;
import dev.patchbay.agent.reconcile.Edges;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.skel.AttachmentId;
import dev.patchbay.cni.skel.CniRequest;
import dev.patchbay.cni.skel.ContainerId;
import dev.patchbay.cni.skel.ValidAttachments;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.kube.PodFacts;
import dev.patchbay.kube.dialect.Dialects;
import dev.patchbay.kube.dialect.Folders;
import dev.patchbay.kube.dialect.Requested;
import dev.patchbay.kube.dialect.Selected;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the runtime may ask about a whole network: GC and STATUS (CNI spec 1.1.0, section 2). */
final class NetworkCommands {
  /** GC names no interface; any will do, since none is made. */
  private static final IfName PRIMARY = new IfName("eth0");

  private final Edges edges;
  private final Journal journal;
  private final NodeReconciler reconciler;
  private final ContainerLocks locks;
  private final AgentConfig config;
  private final DelegateNetworks delegates;
  private final StatusBoard status;

  NetworkCommands(
      AgentConfig config,
      Edges edges,
      Journal journal,
      NodeReconciler reconciler,
      ContainerLocks locks) {
    this.edges = edges;
    this.journal = journal;
    this.reconciler = reconciler;
    this.locks = locks;
    this.config = config;
    this.delegates = new DelegateNetworks(config, edges.plugins());
    this.status =
        new StatusBoard(request -> new StatusProbe(config, edges, delegates).trouble(request));
  }

  /** STATUS: throws CniException code 50 or 51 when an ADD would fail. */
  void status(CniRequest.Status request) {
    status.require(request);
  }

  /**
   * GC: takes away what the caller's runtime made on this network and does not list. What lives is
   * never removed, what another runtime made is none of its business.
   */
  RequestLog gc(CniRequest.Gc request, CniCommands.Call call) {
    String network = request.conf().name().value();
    RequestLog log = new RequestLog(Requested.PATCHBAY_PREFIX, "gc of " + network);
    if (request.valid().isEmpty()) {
      log.say("no list of valid attachments came, so nothing is removed");
      return log;
    }
    String runtime = request.conf().fields().filled("runtime").orElse(call.runtime());
    List<String> failures = new ArrayList<>();
    stale(request, network)
        .forEach((container, nics) -> collect(container, nics, runtime, call, log, failures));
    handOn(request, call, failures);
    if (!failures.isEmpty()) {
      throw new CniException(
          new CniError(
              CniError.LEFT_BEHIND,
              "GC of network \"" + network + "\" left something behind",
              String.join("; ", failures)));
    }
    return log;
  }

  private void handOn(CniRequest.Gc request, CniCommands.Call call, List<String> failures) {
    Requested requested =
        Dialects.read(
            request.conf(),
            PRIMARY,
            PodFacts.UNKNOWN,
            new Folders(config.confDir(), Optional.of(config.networkDefinitions())));
    for (Selected nic : requested.nics()) {
      String network = nic.definition().name().value();
      Set<AttachmentId> alive =
          journal.all().stream()
              .filter(record -> record.planned().attachment().network().equals(network))
              .map(record ->
                  new AttachmentId(new ContainerId(record.key().incarnation()), record.key().nic()))
              .collect(Collectors.toSet());
      failures.addAll(
          delegates.collect(
              nic.definition(), new ValidAttachments(alive), request.path(), call.environment()));
    }
  }

  private Map<String, List<NicRecord>> stale(CniRequest.Gc request, String network) {
    List<String> alive = new ArrayList<>();
    request
        .valid()
        .orElseThrow()
        .attachments()
        .forEach(valid -> alive.add(valid.container().value()));
    return journal.ofNetwork(network).stream()
        .filter(nic -> !alive.contains(nic.key().incarnation()))
        .collect(
            Collectors.groupingBy(
                nic -> nic.key().incarnation(), TreeMap::new, Collectors.toList()));
  }

  private void collect(
      String container,
      List<NicRecord> nics,
      String runtime,
      CniCommands.Call call,
      RequestLog log,
      List<String> failures) {
    for (NicRecord nic : nics) {
      String name = nic.key().nic().value();
      if (runtime.isEmpty() || !nic.caller().runtime().equals(runtime)) {
        log.say(
            nic.planned().attachment().network(),
            name,
            "stale, but made for runtime \"" + nic.caller().runtime() + "\"; left alone");
        return;
      }
      if (edges.host().identify(nic.netns()) instanceof HostObserver.Identity.There) {
        log.say(
            nic.planned().attachment().network(),
            name,
            "not listed, but its namespace " + nic.netns() + " is alive; left alone");
        return;
      }
    }
    try (var _ = locks.hold(container)) {
      List<NicRecord> now =
          journal.ofContainer(container).stream()
              .sorted(Comparator.comparingInt(NicRecord::position))
              .toList();
      switch (reconciler.detach(now, call.operation("gc"))) {
        case NodeReconciler.Detached.Gone() ->
            log.say("removed " + now.size() + " NICs of " + container);
        case NodeReconciler.Detached.Owed(var why, var owed) ->
            log.say(
                "removed NICs of " + container + ", still due is " + owed + ": " + why.message());
        case NodeReconciler.Detached.Left(var why, var leftBehind) ->
            failures.add(container + ": " + leftBehind + ": " + why.message());
      }
    }
  }
}
