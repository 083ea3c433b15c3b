package dev.patchbay.agent.reconcile;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.Journal.Durability;
import dev.patchbay.agent.journal.NicRecord;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

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
        List<String> leftBehind = stuck(stuck, teller, why, left, durability);
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
      case Outcome.Pending(var until, _, _) ->
          throw new IllegalStateException("a container's NIC waits for " + until);
    };
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
