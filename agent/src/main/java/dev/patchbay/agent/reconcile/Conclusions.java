package dev.patchbay.agent.reconcile;

import dev.patchbay.agent.journal.GuestEnd;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.Journal.Durability;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.journal.Story;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.AwaitOp;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.ExecOp;
import dev.patchbay.core.plan.GuestOp;
import dev.patchbay.core.plan.LeaseOp;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Op;
import dev.patchbay.core.plan.OpText;
import dev.patchbay.core.plan.Outcome;
import dev.patchbay.core.plan.PortOp;
import dev.patchbay.core.plan.Step;
import dev.patchbay.core.plan.Yield;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes down what a walk over a plan came to: in the records, which DEL and recovery go by, and as
 * stories, for people.
 *
 * @param journal where
 * @param clock when
 */
record Conclusions(Journal journal, Clock clock) {

  NodeReconciler.Attached ofAttach(
      Outcome outcome, List<NicRecord> intents, StoryTeller teller, Durability durability) {
    return switch (outcome) {
      case Outcome.Done(var bound) -> attached(intents, bound, teller, durability);
      case Outcome.RolledBack(var failed, var why) -> {
        journal.conclude(
            List.of(),
            intents.stream().map(NicRecord::key).toList(),
            teller.stories(
                intents, clock.instant(), "rolled back", why.message() + "; " + why.remedy()),
            durability);
        yield new NodeReconciler.Attached.None(why, concerned(intents, failed), List.of());
      }
      case Outcome.Stuck(var failed, var why, var left, var bound) -> {
        List<NicRecord> stuck = intents.stream().map(nic -> withBound(nic, bound)).toList();
        List<String> leftBehind =
            areShells(left)
                ? held(stuck, shells(left.stream()), teller, durability).owed()
                : stuck(stuck, teller, why, left, durability);
        yield new NodeReconciler.Attached.None(why, concerned(intents, failed), leftBehind);
      }
      case Outcome.Pending(var until, _, _) ->
          throw new IllegalStateException(
              "no plan that attaches is ever suspended, but one waits for " + until);
    };
  }

  NodeReconciler.Detached ofDetach(
      Outcome outcome,
      List<NicRecord> nics,
      boolean bootIsOver,
      StoryTeller teller,
      Durability durability) {
    return switch (outcome) {
      case Outcome.Done _ -> {
        List<NicRecord> kept =
            nics.stream().filter(nic -> bootIsOver && hasStickyLease(nic)).toList();
        journal.conclude(
            in(kept, NicState.DETACHED, Optional.empty()),
            nics.stream().filter(nic -> !kept.contains(nic)).map(NicRecord::key).toList(),
            teller.stories(nics, clock.instant(), "detached", ""),
            kept.isEmpty() ? durability : Durability.POWER);
        yield new NodeReconciler.Detached.Gone();
      }
      case Outcome.Stuck(_, var why, var left, _) -> {
        List<String> words = stuck(nics, teller, why, left, Durability.PROCESS);
        boolean owed = left.stream().allMatch(step -> step.op() instanceof PortOp);
        yield owed
            ? new NodeReconciler.Detached.Owed(why, words)
            : new NodeReconciler.Detached.Left(why, words);
      }
      case Outcome.RolledBack(_, var why) ->
          new NodeReconciler.Detached.Left(
              why, stuck(nics, teller, why, List.of(), Durability.PROCESS));
      case Outcome.Pending pending -> held(nics, shells(pending), teller, durability);
    };
  }

  /**
   * What became of NICs whose guest had kept a shell; those that it still keeps stay as they are.
   */
  void ofSettling(Outcome outcome, List<NicRecord> nics, StoryTeller teller) {
    Set<String> kept =
        switch (outcome) {
          case Outcome.Done _ -> Set.of();
          case Outcome.Pending pending -> shells(pending);
          case Outcome.Stuck(_, _, var left, _) -> shells(left.stream());
          case Outcome.RolledBack _ -> throw new IllegalStateException("undoing is never undone");
        };
    if (outcome instanceof Outcome.Stuck(_, _, var left, _) && !areShells(left)) {
      return; // the machine did not answer: nobody knows what it has
    }
    List<NicRecord> gone = nics.stream().filter(nic -> !isHeld(nic, kept)).toList();
    if (!gone.isEmpty()) {
      journal.conclude(
          List.of(),
          gone.stream().map(NicRecord::key).toList(),
          teller.stories(gone, clock.instant(), "detached", ""),
          Durability.PROCESS);
    }
  }

  /** All is gone from the host, but guests keep shells of some. */
  private NodeReconciler.Detached.Owed held(
      List<NicRecord> nics, Set<String> shells, StoryTeller teller, Durability durability) {
    List<NicRecord> held = nics.stream().filter(nic -> isHeld(nic, shells)).toList();
    List<NicRecord> gone = nics.stream().filter(nic -> !isHeld(nic, shells)).toList();
    Instant now = clock.instant();
    List<NicRecord> pending = new ArrayList<>();
    List<Story> stories = new ArrayList<>(teller.stories(gone, now, "detached", ""));
    List<String> words = new ArrayList<>();
    for (NicRecord nic : held) {
      AttachFailure why = holds(nic);
      String trouble = why.message() + "; " + why.remedy();
      words.add(why.message());
      pending.add(nic.in(NicState.DETACH_PENDING, nic.bound(), now, Optional.of(trouble)));
      stories.addAll(teller.stories(List.of(nic), now, "detach pending", trouble));
    }
    journal.conclude(pending, gone.stream().map(NicRecord::key).toList(), stories, durability);
    return new NodeReconciler.Detached.Owed(holds(held.getFirst()), words);
  }

  private static AttachFailure holds(NicRecord nic) {
    GuestEnd end = nic.guestEnd().orElseThrow();
    return new AttachFailure.GuestHolds(end.vm(), end.device());
  }

  private static boolean isHeld(NicRecord nic, Set<String> shells) {
    return nic.guestEnd().filter(end -> shells.contains(end.device())).isPresent();
  }

  private static Set<String> shells(Outcome.Pending pending) {
    return shells(Stream.concat(Stream.of(Step.of(pending.until(), "")), pending.rest().steps()));
  }

  private static Set<String> shells(Stream<Step> left) {
    return left.flatMap(step ->
            step.op() instanceof AwaitOp(AwaitOp.Condition.DeviceDeleted(_, var device), _, _)
                ? Stream.of(device)
                : Stream.of())
        .collect(Collectors.toSet());
  }

  private static boolean areShells(List<Step> left) {
    return left.stream()
        .allMatch(step -> step.op() instanceof AwaitOp(AwaitOp.Condition.DeviceDeleted _, _, _));
  }

  private NodeReconciler.Attached attached(
      List<NicRecord> intents, Bindings bound, StoryTeller teller, Durability durability) {
    List<NicRecord> attached =
        in(
            intents.stream().map(nic -> withBound(nic, bound)).toList(),
            NicState.ATTACHED,
            Optional.empty());
    journal.conclude(
        attached, List.of(), teller.stories(attached, clock.instant(), "attached", ""), durability);
    return new NodeReconciler.Attached.All(attached);
  }

  /** What is left is tried again; returns it in words. */
  private List<String> stuck(
      List<NicRecord> nics,
      StoryTeller teller,
      AttachFailure why,
      List<Step> left,
      Durability durability) {
    List<String> leftBehind = left.stream().map(step -> OpText.of(step.op())).toList();
    journal.conclude(
        in(nics, NicState.FAILED, Optional.of(why.message())),
        List.of(),
        teller.stories(
            nics, clock.instant(), "stuck", why.message() + "; left behind: " + leftBehind),
        durability);
    return leftBehind;
  }

  private List<NicRecord> in(List<NicRecord> nics, NicState state, Optional<String> trouble) {
    Instant now = clock.instant();
    return nics.stream().map(nic -> nic.in(state, nic.bound(), now, trouble)).toList();
  }

  static boolean isSticky(Step step) {
    return isSticky(step.op());
  }

  /** Whether what it took outlives a boot. */
  static boolean isSticky(Op op) {
    return switch (op) {
      case LeaseOp.Reserve(var pool, _, _, _) -> pool.sticky();
      case PortOp.BindPort(var claim, _, _) -> claim.holder().comesBack();
      case LinkOp _, LeaseOp _, PortOp _, ExecOp _, GuestOp _, AwaitOp _ -> false;
    };
  }

  private static boolean hasStickyLease(NicRecord nic) {
    return nic.planned().plan().steps().anyMatch(Conclusions::isSticky);
  }

  /** A plan's bindings are named by NIC; each record keeps its own. */
  private static NicRecord withBound(NicRecord nic, Bindings all) {
    IfName name = nic.key().nic();
    Map<String, Yield> own =
        all.values().entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(name + "."))
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, Map.Entry::getValue, (a, _) -> a, LinkedHashMap::new));
    return nic.in(nic.state(), new Bindings(own), nic.since(), nic.trouble());
  }

  private static Attachment concerned(List<NicRecord> intents, Step failed) {
    return intents.stream()
        .map(NicRecord::planned)
        .filter(nic -> nic.plan().steps().anyMatch(failed::equals))
        .findFirst()
        .orElse(intents.getLast().planned())
        .attachment();
  }
}
