package dev.patchbay.agent.cni;

import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicKey;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.journal.Story;
import dev.patchbay.agent.reconcile.ContainerLocks;
import dev.patchbay.agent.reconcile.Edges;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.agent.reconcile.Operation;
import dev.patchbay.agent.reconcile.StickyLeases;
import dev.patchbay.agent.reconcile.Wanted;
import dev.patchbay.agent.socket.Cancellation;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.result.Result;
import dev.patchbay.cni.result.ResultMerge;
import dev.patchbay.cni.skel.AttachmentId;
import dev.patchbay.cni.skel.CniRequest;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.nic.Origin;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.DriftCheck;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.Performers;
import dev.patchbay.core.plan.Sandbox;
import dev.patchbay.core.plan.Step;
import dev.patchbay.kube.dialect.Requested;
import dev.patchbay.kube.dialect.Selected;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the runtime may ask about one container: ADD, DEL and CHECK (CNI spec 1.1.0, section 2). */
final class CniCommands {
  private final AgentConfig config;
  private final Edges edges;
  private final Journal journal;
  private final NodeReconciler reconciler;
  private final ContainerLocks locks;
  private final NetnsRule namespaces;
  private final StickyLeases sticky;
  private final Clock clock;

  CniCommands(
      AgentConfig config,
      Edges edges,
      Journal journal,
      NodeReconciler reconciler,
      ContainerLocks locks) {
    this.config = config;
    this.edges = edges;
    this.journal = journal;
    this.reconciler = reconciler;
    this.locks = locks;
    this.clock = Clock.systemUTC();
    this.sticky = new StickyLeases(journal, reconciler);
    this.namespaces = new NetnsRule(config.netnsRoots(), edges.host());
  }

  /** One caller's circumstances. */
  record Call(Map<String, String> environment, String runtime, Cancellation cancellation) {
    Operation operation(String verb) {
      return new Operation(verb, environment, cancellation);
    }
  }

  /** ADD: the result of all NICs as one, the log, and each NIC by itself. */
  record Added(Result result, RequestLog log, Party party, List<AddListener.Nic> nics) {}

  /** The NICs of an attachment, and their results as one. */
  private record Made(List<NicRecord> nics, List<Result> results, int primary) {
    Result merged() {
      return results.size() == 1
          ? results.getFirst()
          : ResultMerge.merge(results, new ResultMerge.DefaultRoutes(primary, primary));
    }
  }

  Added add(CniRequest.Add request, Call call) {
    Party party = Party.of(request, call.runtime());
    Party.Asking asking = read(party);
    RequestLog log = new RequestLog(asking.requested().logPrefix(), party.toString());
    asking.requested().notes().forEach(log::say);
    Selection selection = asking.selection();
    selection.warnings().forEach(log::say);
    try (var _ = locks.hold(party.containerId())) {
      clearWay(request.attachment(), call);
      var sandbox =
          new Sandbox(
              party.owner(),
              party.containerId(),
              namespaces.require(request.netns(), request.netnsOverride()),
              request.args().toString(),
              delegatePath(request.path()));
      List<Attachment> nics =
          sticky.inherit(sandbox.owner(), selection.attachments(), call.operation("add"));
      // what was kept for a network that is not asked for any more
      release(request.attachment(), ofTuple(request.attachment()), call);
      var wanted = new Wanted(sandbox, party.caller(), nics, selection.primary());
      Made made = attach(wanted, call, log);
      return new Added(made.merged(), log, party, told(made, asking.requested()));
    }
  }

  /**
   * What is asked for; a request that cannot even be understood leaves its story, so that {@code
   * why} can tell it.
   */
  private Party.Asking read(Party party) {
    try {
      return party.asking(config, edges.vpcs());
    } catch (CniException e) {
      String network = party.conf().name().value();
      journal.tell(
          new Story(
              new NicKey(party.owner(), party.attachment().ifName(), party.containerId()),
              party.caller().pod().orElse(""),
              clock.instant(),
              "add",
              "refused",
              new Origin("cni", "configuration of the runtime", network),
              network,
              List.of(),
              e.error().toString()));
      throw e;
    }
  }

  private static List<AddListener.Nic> told(Made made, Requested requested) {
    Map<IfName, String> names =
        requested.nics().stream()
            .collect(Collectors.toMap(nic -> nic.request().ifName().orElseThrow(), Selected::name));
    List<AddListener.Nic> told = new ArrayList<>();
    for (NicRecord nic : made.nics()) {
      IfName ifName = nic.key().nic();
      int index = told.size();
      String name = names.getOrDefault(ifName, nic.planned().attachment().network());
      boolean primary = requested.primaryFirst() && index == made.primary();
      told.add(new AddListener.Nic(name, ifName, made.results().get(index), primary));
    }
    return told;
  }

  private Made attach(Wanted wanted, Call call, RequestLog log) {
    return switch (reconciler.attach(wanted, call.operation("add"))) {
      case NodeReconciler.Attached.All(var nics) -> {
        nics.forEach(nic ->
            log.say(nic.planned().attachment().network(), nic.key().nic().value(), "attached"));
        List<Result> results =
            nics.stream().map(nic -> NicResults.of(nic.planned(), nic.bound())).toList();
        int chosen = wanted.primary().map(primary -> indexOf(nics, primary)).orElse(0);
        yield new Made(nics, results, chosen);
      }
      case NodeReconciler.Attached.None(var why, var nic, var leftBehind) -> {
        log.say(
            nic.network(),
            nic.ifName().value(),
            "not attached: " + why.message() + "; " + why.remedy());
        throw new CniException(failed(why, nic.network(), nic.ifName(), leftBehind));
      }
    };
  }

  private static CniError failed(
      AttachFailure why, String network, IfName ifName, List<String> leftBehind) {
    CniError error = CniError.of(why);
    String about = "network \"" + network + "\" interface \"" + ifName + "\": ";
    return leftBehind.isEmpty()
        ? new CniError(error.code(), about + error.msg(), error.details())
        : new CniError(
            CniError.LEFT_BEHIND,
            about + error.msg(),
            "left behind and tried again: " + String.join(", ", leftBehind));
  }

  private static int indexOf(List<NicRecord> nics, IfName primary) {
    return Math.max(0, nics.stream().map(nic -> nic.key().nic()).toList().indexOf(primary));
  }

  /** A second ADD of a live attachment is an error; what a former one left behind goes first. */
  private void clearWay(AttachmentId attachment, Call call) {
    List<NicRecord> there = ofTuple(attachment);
    if (there.stream().anyMatch(nic -> nic.state() == NicState.ATTACHED)) {
      throw CniException.of(
          CniError.ALREADY_ATTACHED,
          attachment
              + " is attached already; send DEL before another ADD (patchbay get nics shows it)");
    }
    // A sticky lease of an earlier boot is in nobody's way: a runtime may start the same container
    // again.
    release(
        attachment, there.stream().filter(nic -> nic.state() != NicState.DETACHED).toList(), call);
  }

  private void release(AttachmentId attachment, List<NicRecord> nics, Call call) {
    if (reconciler.detach(nics, call.operation("del"))
        instanceof NodeReconciler.Detached.Left(var why, var leftBehind)) {
      throw new CniException(
          failed(
              why,
              nics.getFirst().planned().attachment().network(),
              attachment.ifName(),
              leftBehind));
    }
  }

  /** DEL: from the journal alone; what is unknown is gone. */
  RequestLog del(CniRequest.Del request, Call call) {
    String containerId = request.attachment().container().value();
    try (var _ = locks.hold(containerId)) {
      List<NicRecord> all = journal.ofContainer(containerId);
      List<NicRecord> nics = new ArrayList<>(ofTuple(all, request.attachment()));
      List<NicRecord> plugged = all.stream().filter(NicRecord::isPlugged).toList();
      if (all.size() == nics.size() + plugged.size()) {
        // a NIC plugged by hand has no DEL of its own: it goes with the container's last
        nics.addAll(plugged);
      }
      String pod = nics.stream().findFirst().flatMap(nic -> nic.caller().pod()).orElse(containerId);
      RequestLog log = new RequestLog(logPrefix(request), pod);
      if (nics.isEmpty() && journal.quarantined().isPresent()) {
        new Unremembered(config, edges, reconciler)
            .release(request, call.operation("del"), call.runtime())
            .ifPresent(left -> log.say("the journal was damaged; perhaps left behind: " + left));
      }
      switch (reconciler.detach(nics, call.operation("del"))) {
        case NodeReconciler.Detached.Gone() ->
            nics.forEach(nic ->
                log.say(nic.planned().attachment().network(), nic.key().nic().value(), "detached"));
        case NodeReconciler.Detached.Owed(var why, var owed) -> {
          NicRecord first = nics.getFirst();
          log.say(
              first.planned().attachment().network(),
              first.key().nic().value(),
              "detached, but still due is " + owed + ": " + why.message());
        }
        case NodeReconciler.Detached.Left(var why, var leftBehind) -> {
          NicRecord first = nics.getFirst();
          log.say(
              first.planned().attachment().network(),
              first.key().nic().value(),
              "left behind " + leftBehind + ": " + why.message());
          throw new CniException(
              failed(why, first.planned().attachment().network(), first.key().nic(), leftBehind));
        }
      }
      return log;
    }
  }

  /** CHECK: what was made is there. */
  void check(CniRequest.Check request, Call call) {
    try (var _ = locks.hold(request.attachment().container().value())) {
      List<NicRecord> nics = ofTuple(request.attachment());
      if (nics.isEmpty()) {
        throw CniException.of(
            CniError.UNKNOWN_CONTAINER,
            request.attachment() + " is not attached; CHECK comes after ADD and before DEL");
      }
      nics.forEach(nic -> check(nic, nics.size() == 1, call));
    }
  }

  private void check(NicRecord nic, boolean alone, Call call) {
    IfName ifName = nic.key().nic();
    List<String> missing = missing(nic, alone);
    if (!missing.isEmpty()) {
      throw new CniException(
          new CniError(
              CniError.DRIFTED,
              "network \""
                  + nic.planned().attachment().network()
                  + "\": "
                  + String.join("; ", missing),
              "delete the sandbox, or plug the NIC anew"));
    }
    Performers.Delegates delegates =
        edges.delegates().forCaller(call.environment(), call.cancellation());
    nic.planned()
        .checks()
        .forEach(op -> {
          if (delegates.execute(op, nic.bound()) instanceof Performed.Failed(var why)) {
            throw new CniException(
                failed(why, nic.planned().attachment().network(), ifName, List.of()));
          }
        });
  }

  private List<String> missing(NicRecord nic, boolean alone) {
    List<String> missing = new ArrayList<>();
    nic.planned()
        .result()
        .outline()
        .ifPresent(outline ->
            missing.addAll(DriftCheck.missing(outline.in(nic.bound()), edges.host(), alone)));
    nic.planned()
        .plan()
        .steps()
        .map(Step::op)
        .filter(LinkOp.HandOver.class::isInstance)
        .map(LinkOp.HandOver.class::cast)
        .forEach(made ->
            nic.handedOver()
                .ifPresent(
                    handed -> missing.addAll(DriftCheck.missing(made, handed, edges.host()))));
    IfName ifName = nic.key().nic();
    for (Attachment.Member member : nic.planned().attachment().chain()) {
      if (missing.isEmpty() && member instanceof Attachment.Member.Tuning(var settings)) {
        var now = edges.host().settings(nic.netns(), ifName, settings);
        missing.addAll(DriftCheck.untuned(ifName, settings, now));
      }
    }
    return missing;
  }

  private List<NicRecord> ofTuple(AttachmentId attachment) {
    return ofTuple(journal.ofContainer(attachment.container().value()), attachment);
  }

  private static List<NicRecord> ofTuple(List<NicRecord> nics, AttachmentId attachment) {
    return nics.stream()
        .filter(nic -> nic.caller().ifName().equals(Optional.of(attachment.ifName())))
        .sorted(Comparator.comparingInt(NicRecord::position))
        .toList();
  }

  private List<String> delegatePath(List<Path> path) {
    List<String> folders = new ArrayList<>();
    path.forEach(folder -> folders.add(folder.toString()));
    config.delegateDirs().stream()
        .map(Path::toString)
        .filter(folder -> !folders.contains(folder))
        .forEach(folders::add);
    return folders;
  }

  /** DEL reads no dialect, but its lines are looked for under the same name as those of ADD. */
  private static String logPrefix(CniRequest.Del request) {
    boolean genie =
        request.conf().json().has("genie") || request.conf().type().equals(Optional.of("genie"));
    return genie ? Requested.GENIE_PREFIX : Requested.PATCHBAY_PREFIX;
  }
}
