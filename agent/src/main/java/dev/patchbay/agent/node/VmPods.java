package dev.patchbay.agent.node;

import dev.patchbay.agent.cni.Selection;
import dev.patchbay.agent.journal.Caller;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.reconcile.NodeReconciler.Attached;
import dev.patchbay.agent.reconcile.NodeReconciler.Detached;
import dev.patchbay.agent.reconcile.Operation;
import dev.patchbay.agent.reconcile.Place;
import dev.patchbay.agent.reconcile.StickyLeases;
import dev.patchbay.agent.reconcile.Wanted;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.skel.CniArgs;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.linux.netns.NetnsKeeper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Pods that are virtual machines: a namespace of their own, named by the pod's UID, and in it their
 * NICs. The guest is still missing.
 *
 * @param pass plugs and unplugs
 * @param leavings takes away what is left
 * @param namespaces makes namespaces that outlive us
 * @param writer of status
 * @param events for people
 */
record VmPods(
    NicPass pass, Leavings leavings, NetnsKeeper namespaces, StatusWriter writer, NodeEvents events)
    implements PodRuntime {
  private static final Operation ADD = Operation.unattended("add");
  private static final String GUEST = "GuestNotImplemented";
  private static final String RUNTIME = "patchbay";

  @Override
  public PodTurn turn(PodView pod) {
    Netns netns;
    try {
      netns = namespaces.ensure(pod.uid());
    } catch (IOException e) {
      return new PodTurn.Failed("its network namespace cannot be made: " + e.getMessage());
    }
    Optional<String> trouble = first(pod, netns);
    NicPass.Report report =
        trouble.isPresent()
            ? pass.look(pod, incarnation(pod))
            : pass.run(pod, incarnation(pod), now -> writer.write(pod, draft(pod, now)));
    NicStatuses statuses =
        trouble.map(why -> failed(report.statuses(), why)).orElse(report.statuses());
    // what was written on the way is what events are measured by
    PodView now = writer.cache().find(pod.uid()).orElse(pod);
    statuses.tell(now, events);
    writer.write(now, draft(now, statuses));
    return trouble
        .or(report::trouble)
        .<PodTurn>map(PodTurn.Failed::new)
        .orElseGet(PodTurn.Settled::new);
  }

  private static NicStatuses failed(NicStatuses statuses, String why) {
    return new NicStatuses(
        statuses.nics().stream()
            .map(nic -> nic.isReady() ? nic : nic.in(NicStatus.State.FAILED, "Failed", why))
            .toList());
  }

  /** The machine's life: it begins anew when it starts anew. */
  static String incarnation(PodView pod) {
    int starts = pod.status().path("virtualMachineStatus").path("restartCount").asInt(0);
    return pod.uid() + "-" + starts;
  }

  /** Plugs what a new machine gets, all or none; a reason when it cannot be. */
  private Optional<String> first(PodView pod, Netns netns) {
    String id = incarnation(pod);
    try (var _ = pass.locks().hold(id)) {
      List<NicRecord> there = pass.there(id);
      boolean same = there.stream().allMatch(nic -> nic.netns().equals(netns));
      boolean whole = !there.isEmpty() && there.stream().anyMatch(VmPods::isFirstAndReady);
      if (same && whole) {
        return Optional.empty();
      }
      // a namespace that somebody deleted took its links along; a crash left half of them
      if (pass.reconciler().detach(there, Operation.unattended("del"))
          instanceof Detached.Left(var why, _)) {
        return Optional.of(why.message());
      }
      return attach(pod, netns, id);
    }
  }

  private static boolean isFirstAndReady(NicRecord nic) {
    return !nic.isPlugged() && NicStatus.State.of(nic.state()) == NicStatus.State.READY;
  }

  private Optional<String> attach(PodView pod, Netns netns, String id) {
    try {
      Place bare = place(pod, netns, id, Optional.empty());
      Selection selection = pass.nics().first(pod, CniArgs.parse(bare.args()));
      List<Attachment> nics =
          new StickyLeases(pass.journal(), pass.reconciler())
              .inherit(pod.owner(), selection.attachments(), ADD);
      if (nics.isEmpty()) {
        return Optional.of("no network of this node serves the pod");
      }
      Place place = place(pod, netns, id, Optional.of(nics.getFirst()));
      var wanted =
          new Wanted(place.sandbox(pass.path()), place.caller(), nics, selection.primary());
      return pass.reconciler().attach(wanted, ADD)
              instanceof Attached.None(var why, var nic, var left)
          ? Optional.of(nic.ifName() + ": " + NicPass.text(why.message(), why.remedy(), left))
          : Optional.empty();
    } catch (CniException e) {
      String details = e.error().details().isEmpty() ? "" : "; " + e.error().details();
      String why = e.error().msg() + details;
      pod.ordered().stream()
          .limit(1)
          .forEach(nic -> pass.refused(place(pod, netns, id, Optional.empty()), nic, why));
      return Optional.of(why);
    }
  }

  private static Place place(PodView pod, Netns netns, String id, Optional<Attachment> primary) {
    var caller =
        new Caller(
            RUNTIME,
            primary.map(Attachment::network).orElse(""),
            primary.map(Attachment::ifName),
            Optional.of(pod.name().namespace()),
            Optional.of(pod.name().name()));
    return new Place(pod.owner(), id, netns, caller, pod.toString(), List.of());
  }

  private StatusDraft draft(PodView pod, NicStatuses statuses) {
    String message =
        "this release plugs the NICs of a virtual machine but does not start its guest yet";
    return writer
        .draft(pod)
        .phase("Pending")
        .startTime()
        .condition("PodScheduled", true)
        .condition(GUEST, true, GUEST, message)
        .condition("Ready", false, GUEST, message)
        .ips(statuses.primaryIps())
        .set("nicStatuses", statuses.json(pod, writer.clock().instant()));
  }

  @Override
  public PodTurn end(PodView pod) {
    Optional<String> left = leavings.clear(pod.owner());
    if (left.isPresent()) {
      return new PodTurn.Failed(left.get());
    }
    try {
      namespaces.delete(pod.uid());
    } catch (IOException e) {
      return new PodTurn.Failed("its network namespace cannot be deleted: " + e.getMessage());
    }
    return new PodTurn.Over();
  }
}
