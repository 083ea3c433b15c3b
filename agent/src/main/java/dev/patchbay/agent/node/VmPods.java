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
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Pods that are virtual machines: a namespace of their own, named by the pod's UID, in it their
 * NICs, and then the machine, which is switched on with what is there.
 *
 * @param pass plugs and unplugs
 * @param life switches machines on and off
 * @param leavings takes away what is left
 * @param namespaces makes namespaces that outlive us
 * @param writer of status
 * @param events for people
 */
record VmPods(
    NicPass pass,
    MachineLife life,
    Leavings leavings,
    NetnsKeeper namespaces,
    StatusWriter writer,
    NodeEvents events)
    implements PodRuntime {
  private static final Operation ADD = Operation.unattended("add");
  private static final String RUNTIME = "patchbay";

  @Override
  public PodTurn turn(PodView pod) {
    try {
      life.bury(pod);
      return turn(pod, namespaces.ensure(pod.uid()));
    } catch (IOException e) {
      return unknown(pod, "" + e.getMessage());
    }
  }

  private PodTurn turn(PodView pod, Netns netns) throws IOException {
    String id = incarnation(pod);
    Optional<String> trouble = first(pod, netns);
    pass.settle(id);
    NicPass.Report report =
        trouble.isPresent()
            ? pass.look(pod, id)
            : pass.run(pod, id, now -> writer.write(pod, nics(writer.draft(pod), pod, now)));
    NicStatuses statuses =
        trouble.map(why -> failed(report.statuses(), why)).orElse(report.statuses());
    // what was written on the way is what events are measured by
    PodView now = writer.cache().find(pod.uid()).orElse(pod);
    statuses.tell(now, events);
    PodView told = writer.write(now, nics(pending(writer.draft(now), now), now, statuses));
    if (trouble.isPresent()) {
      return new PodTurn.Failed(trouble.get());
    }
    MachineLook look = life.step(told, netns);
    if (look.shown() instanceof MachineLook.Shown.Over) {
      return over(told, look, statuses);
    }
    writer.write(told, new MachineStatus(told, look).into(writer.draft(told)));
    return report.trouble().<PodTurn>map(PodTurn.Failed::new).orElseGet(look::turn);
  }

  /** The monitor does not answer, or the host does not do what it must: nobody knows how it is. */
  private PodTurn unknown(PodView pod, String why) {
    StatusDraft draft = pending(writer.draft(pod), pod);
    draft.condition("Ready", false, "MachineUnknown", why);
    if (!pod.status().path("nicStatuses").isEmpty()) {
      draft.set("nicStatuses", NicStatuses.unknown(pod, why, writer.clock().instant()));
    }
    writer.write(pod, draft);
    return new PodTurn.Failed(why);
  }

  /** Its NICs and addresses are free again before anybody hears that it is over. */
  private PodTurn over(PodView pod, MachineLook look, NicStatuses statuses) throws IOException {
    Optional<String> left = leavings.clear(pod.owner());
    if (left.isPresent()) {
      return new PodTurn.Failed(left.get());
    }
    namespaces.delete(pod.uid());
    StatusDraft draft = new MachineStatus(pod, look).into(writer.draft(pod));
    writer.write(pod, nics(draft, pod, statuses.gone()));
    return new PodTurn.Settled();
  }

  private static StatusDraft pending(StatusDraft draft, PodView pod) {
    if (pod.phase().isEmpty() || pod.phase().equals("Pending")) {
      draft.phase("Pending");
    }
    return draft
        .startTime()
        .withoutCondition("GuestNotImplemented")
        .condition("PodScheduled", true);
  }

  private StatusDraft nics(StatusDraft draft, PodView pod, NicStatuses statuses) {
    boolean ready = !statuses.primaryIps().isEmpty();
    return draft
        .condition("PodReadyToStartContainers", ready)
        .ips(statuses.primaryIps())
        .set("nicStatuses", statuses.json(pod, writer.clock().instant()));
  }

  private static NicStatuses failed(NicStatuses statuses, String why) {
    return new NicStatuses(
        statuses.nics().stream()
            .map(nic -> nic.isReady() ? nic : nic.in(NicStatus.State.FAILED, "Failed", why))
            .toList());
  }

  /**
   * The pod's one life towards its NICs: they are the namespace's, which outlives the machine, so a
   * machine that starts again finds the same ones.
   */
  static String incarnation(PodView pod) {
    return pod.uid() + "-0";
  }

  /** Plugs what a new machine gets, all or none; a reason when it cannot be. */
  private Optional<String> first(PodView pod, Netns netns) throws IOException {
    String id = incarnation(pod);
    try (var _ = pass.locks().hold(id)) {
      List<NicRecord> there = pass.there(id);
      boolean same = there.stream().allMatch(nic -> nic.netns().equals(netns));
      boolean whole = !there.isEmpty() && there.stream().anyMatch(VmPods::isFirstAndReady);
      if (same && whole) {
        return Optional.empty();
      }
      // a namespace that somebody deleted took its links along; a crash left half of them
      life.cutOff(pod);
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
      var wanted = new Wanted(pass.sandbox(pod, place), place.caller(), nics, selection.primary());
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

  @Override
  public PodTurn end(PodView pod) {
    return end(pod, true);
  }

  @Override
  public PodTurn leave(PodView pod) {
    return end(pod, false);
  }

  /** The machine first: a guest that is gone lets all of its NICs go at once. */
  private PodTurn end(PodView pod, boolean forGood) {
    try {
      Duration left = life.finish(pod, writer.cache().isGone(pod.uid()));
      if (!left.isZero()) {
        return new PodTurn.After(left);
      }
      Optional<String> nics = leavings.clear(pod.owner());
      if (nics.isPresent()) {
        return new PodTurn.Failed(nics.get());
      }
      namespaces.delete(pod.uid());
      if (forGood) {
        life.forget(pod);
      }
      return new PodTurn.Over();
    } catch (IOException e) {
      return new PodTurn.Failed("it cannot be taken away: " + e.getMessage());
    }
  }
}
