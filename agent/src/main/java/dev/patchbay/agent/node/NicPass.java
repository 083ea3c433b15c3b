package dev.patchbay.agent.node;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicKey;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.journal.Story;
import dev.patchbay.agent.reconcile.ContainerLocks;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.agent.reconcile.NodeReconciler.Attached;
import dev.patchbay.agent.reconcile.NodeReconciler.Detached;
import dev.patchbay.agent.reconcile.Operation;
import dev.patchbay.agent.reconcile.Place;
import dev.patchbay.agent.reconcile.Wanted;
import dev.patchbay.agent.vm.GuestViews;
import dev.patchbay.agent.vm.Machines;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.skel.CniArgs;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.nic.Origin;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.Guest;
import dev.patchbay.core.plan.Sandbox;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Brings the NICs of a running pod to what its spec says, by the same plans as everything else.
 * Unnamed NICs, an absent list, and NICs that somebody else has plugged are left alone, and so is
 * the primary one.
 *
 * @param journal knows what is there
 * @param reconciler plugs and unplugs
 * @param locks one operation per container
 * @param nics resolves what is wanted
 * @param path folders with third-party plugins
 * @param machines that NICs are handed to
 * @param clock for stories
 * @param guests the guest's side of machines' NICs
 */
record NicPass(
    Journal journal,
    NodeReconciler reconciler,
    ContainerLocks locks,
    PodNics nics,
    List<String> path,
    Machines machines,
    Clock clock,
    GuestViews guests) {
  private static final Operation PLUG = Operation.unattended("plug");
  private static final Operation UNPLUG = Operation.unattended("unplug");

  /**
   * What a pass came to.
   *
   * @param statuses of the NICs that are there or wanted, the primary one first
   * @param trouble the first failure; empty when all is as wanted
   */
  record Report(NicStatuses statuses, Optional<String> trouble) {}

  /** The NICs of a container that are not gone, the primary one first. */
  List<NicRecord> there(String containerId) {
    return journal.ofContainer(containerId).stream()
        .filter(nic -> nic.state() != NicState.DETACHED && !nic.isLoopback())
        .sorted(
            Comparator.comparing(NicRecord::isPlugged)
                .thenComparingInt(NicRecord::position)
                .thenComparing(NicRecord::since)
                .thenComparing(nic -> nic.key().nic()))
        .toList();
  }

  /** Where a pod's NICs go: into its namespace, and on to its machine if it is one. */
  Sandbox sandbox(PodView pod, Place place) {
    Sandbox sandbox = place.sandbox(path);
    return pod.isVm()
        ? sandbox.of(
            new Guest(
                pod.uid(), Map.of(), machines.user(pod.uid()).uid(), machines.config().patience()))
        : sandbox;
  }

  /** Forgets NICs of which a guest had kept an empty shell and keeps it no more. */
  void settle(String containerId) {
    try (var _ = locks.hold(containerId)) {
      reconciler.settle(journal.ofContainer(containerId));
    }
  }

  /** How it stands, without doing anything. */
  Report look(PodView pod, String containerId) {
    return report(pod, containerId, Map.of());
  }

  /**
   * Does what is due.
   *
   * @param progress hears how it stands before anything is done, if anything is due
   */
  Report run(PodView pod, String containerId, Consumer<NicStatuses> progress) {
    try (var _ = locks.hold(containerId)) {
      // of one that is to go for good a guest may keep an empty shell, which nobody waits for here
      List<NicRecord> there =
          there(containerId).stream()
              .filter(nic -> nic.state() != NicState.DETACH_PENDING)
              .toList();
      List<SpecNic> desired = pod.desired().orElse(List.of());
      List<NicRecord> leaving = leaving(pod, desired, there);
      List<SpecNic> coming =
          desired.stream().filter(nic -> isMissing(nic, there, leaving)).toList();
      if (there.isEmpty() || (leaving.isEmpty() && coming.isEmpty())) {
        return report(pod, containerId, Map.of());
      }
      progress.accept(underWay(pod, there, leaving, coming));
      return report(pod, containerId, change(pod, there, leaving, coming));
    }
  }

  /**
   * A guest may take long to let go, so what comes does not wait for what goes, unless it takes its
   * place: its name, or the last port or address there was.
   */
  private Map<String, Failure> change(
      PodView pod, List<NicRecord> there, List<NicRecord> leaving, List<SpecNic> coming) {
    Map<String, Failure> failures = new LinkedHashMap<>();
    List<SpecNic> late = new ArrayList<>(coming);
    if (pod.isVm() && !leaving.isEmpty()) {
      for (SpecNic nic : coming) {
        IfName name = nic.name().orElseThrow();
        if (leaving.stream().noneMatch(one -> one.key().nic().equals(name))) {
          attach(pod, nic, there, failures);
          late.remove(nic);
        }
      }
      coming.stream().filter(nic -> failures.remove(name(nic)) != null).forEach(late::add);
    }
    detach(leaving, failures);
    for (SpecNic nic : late) {
      if (!failures.containsKey(name(nic))) {
        attach(pod, nic, there, failures);
      }
    }
    return failures;
  }

  private static String name(SpecNic nic) {
    return nic.name().orElseThrow().value();
  }

  private record Failure(boolean detaching, String why) {}

  private static boolean isMissing(SpecNic nic, List<NicRecord> there, List<NicRecord> leaving) {
    IfName name = nic.name().orElseThrow();
    return there.stream().noneMatch(one -> one.key().nic().equals(name) && !leaving.contains(one));
  }

  /** What is not wanted, is not what is wanted by its name, or is only half there. */
  private static List<NicRecord> leaving(
      PodView pod, List<SpecNic> desired, List<NicRecord> there) {
    List<NicRecord> leaving = new ArrayList<>();
    boolean primary = true;
    for (NicRecord nic : there) {
      Optional<SpecNic> wanted =
          desired.stream()
              .filter(one -> one.name().equals(Optional.of(nic.key().nic())))
              .findFirst();
      boolean mayGo = !primary && !desired.isEmpty() && isOfSpec(pod, nic);
      boolean unwanted = wanted.isEmpty() || wanted.get().contradicts(former(nic, wanted.get()));
      boolean half = !NicStatus.State.of(nic.state()).equals(NicStatus.State.READY);
      if (mayGo && (unwanted || half)) {
        leaving.add(nic);
      }
      primary = false;
    }
    return leaving;
  }

  /** Whose desired set it is: what a person plugged by hand is theirs. */
  private static boolean isOfSpec(PodView pod, NicRecord nic) {
    return isPluggedBySpec(nic) || (!nic.isPlugged() && pod.vpc().isPresent());
  }

  private static boolean isPluggedBySpec(NicRecord nic) {
    return nic.planned().attachment().origin().dialect().equals(PodNics.DIALECT);
  }

  /** What the spec said when it was plugged; of a NIC of the first hour, what it says now. */
  private static SpecNic former(NicRecord nic, SpecNic now) {
    return isPluggedBySpec(nic)
        ? SpecNic.of(Json.foreign(nic.planned().attachment().origin().text(), "journal"))
        : now;
  }

  private void detach(List<NicRecord> leaving, Map<String, Failure> failures) {
    if (leaving.isEmpty()) {
      return;
    }
    if (reconciler.detach(leaving, UNPLUG) instanceof Detached.Left(var why, var left)) {
      leaving.forEach(nic ->
          failures.put(
              nic.key().nic().value(),
              new Failure(true, why.message() + "; left behind: " + String.join(", ", left))));
    }
  }

  private void attach(
      PodView pod, SpecNic nic, List<NicRecord> there, Map<String, Failure> failures) {
    Place place = Place.of(there);
    IfName name = nic.name().orElseThrow();
    try {
      Attachment attachment = nics.more(pod, nic, CniArgs.parse(place.args()));
      var wanted =
          new Wanted(
              sandbox(pod, place),
              place.caller(),
              List.of(attachment),
              Optional.of(there.getFirst().key().nic()));
      if (reconciler.attach(wanted, PLUG) instanceof Attached.None(var why, _, var left)) {
        failures.put(name.value(), new Failure(false, text(why.message(), why.remedy(), left)));
      }
    } catch (CniException e) {
      String details = e.error().details().isEmpty() ? "" : "; " + e.error().details();
      refused(place, nic, e.error().msg() + details);
      failures.put(name.value(), new Failure(false, e.error().msg() + details));
    }
  }

  static String text(String why, String remedy, List<String> left) {
    return why
        + "; "
        + remedy
        + (left.isEmpty() ? "" : "; left behind and tried again: " + String.join(", ", left));
  }

  /** What was refused before there was a plan is asked about all the same. */
  void refused(Place place, SpecNic nic, String trouble) {
    journal.tell(
        new Story(
            new NicKey(place.owner(), nic.name().orElseThrow(), place.containerId()),
            place.caller().pod().orElse(""),
            clock.instant(),
            "plug",
            "refused",
            new Origin(PodNics.DIALECT, "spec.nics", nic.text()),
            "",
            List.of(),
            trouble));
  }

  private NicStatuses underWay(
      PodView pod, List<NicRecord> there, List<NicRecord> leaving, List<SpecNic> coming) {
    List<NicStatus> all = new ArrayList<>();
    for (NicRecord nic : there) {
      NicStatus status = NicStatus.of(nic, pod, guests);
      boolean leaves = leaving.contains(nic);
      all.add(leaves ? status.in(NicStatus.State.IN_PROGRESS, "Unplugging", "") : status);
    }
    for (SpecNic nic : coming) {
      String name = nic.name().orElseThrow().value();
      if (all.stream().noneMatch(one -> one.name().equals(name))) {
        all.add(NicStatus.wanted(name, NicStatus.State.IN_PROGRESS, "", pod));
      }
    }
    return new NicStatuses(all);
  }

  private Report report(PodView pod, String containerId, Map<String, Failure> failures) {
    List<NicStatus> all = new ArrayList<>();
    for (NicRecord nic : there(containerId)) {
      NicStatus status = NicStatus.of(nic, pod, guests);
      Failure failure = failures.get(status.name());
      all.add(
          failure == null
              ? status
              : status.in(
                  NicStatus.State.FAILED,
                  failure.detaching() ? "Unplugging" : "Failed",
                  failure.why()));
    }
    for (SpecNic nic : pod.ordered()) {
      String name = nic.name().orElseThrow().value();
      if (all.stream().noneMatch(one -> one.name().equals(name))) {
        Failure failure = failures.get(name);
        all.add(
            failure == null
                ? NicStatus.wanted(name, NicStatus.State.IN_PROGRESS, "", pod)
                : NicStatus.wanted(name, NicStatus.State.FAILED, failure.why(), pod));
      }
    }
    return new Report(
        new NicStatuses(all), failures.values().stream().map(Failure::why).findFirst());
  }
}
