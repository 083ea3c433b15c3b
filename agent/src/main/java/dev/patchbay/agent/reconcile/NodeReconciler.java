package dev.patchbay.agent.reconcile;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.Journal.Durability;
import dev.patchbay.agent.journal.NicKey;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.journal.Story;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.NicKind;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.AttachPlanner;
import dev.patchbay.core.plan.AttachPlanner.Planning;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.AwaitOp;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.ExecOp;
import dev.patchbay.core.plan.GuestOp;
import dev.patchbay.core.plan.HostView;
import dev.patchbay.core.plan.KernelSession;
import dev.patchbay.core.plan.LeaseOp;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Op;
import dev.patchbay.core.plan.Outcome;
import dev.patchbay.core.plan.Performers;
import dev.patchbay.core.plan.Plan;
import dev.patchbay.core.plan.PlanApplier;
import dev.patchbay.core.plan.PlannedNic;
import dev.patchbay.core.plan.PortOp;
import dev.patchbay.core.plan.Step;
import dev.patchbay.core.plan.UndoPlanner;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where NICs get plugged and unplugged: {@link AttachPlanner} decides, the journal remembers,
 * {@link PlanApplier} has it done. ADD, DEL, plug, unplug, GC and recovery are these two methods.
 * One operation per container at a time is the caller's care.
 */
public final class NodeReconciler {
  private final Edges edges;
  private final Journal journal;
  private final String bootId;
  private final Clock clock;
  private final Conclusions conclusions;
  private final ReadWriteLock routers = new ReentrantReadWriteLock();

  /** A reconciler of this boot. */
  public NodeReconciler(Edges edges, Journal journal, String bootId, Clock clock) {
    this.edges = edges;
    this.journal = journal;
    this.bootId = bootId;
    this.clock = clock;
    this.conclusions = new Conclusions(journal, clock);
  }

  /** What attaching came to. */
  public sealed interface Attached {
    /**
     * All of them are there.
     *
     * @param nics in the order they were wanted
     */
    record All(List<NicRecord> nics) implements Attached {
      /** Copies the list. */
      public All {
        nics = List.copyOf(nics);
      }
    }

    /**
     * None of them is there.
     *
     * @param why the reason
     * @param of the NIC that it is about
     * @param leftBehind what could not be undone yet, in words; it is tried again
     */
    record None(AttachFailure why, Attachment of, List<String> leftBehind) implements Attached {
      /** Copies the list. */
      public None {
        leftBehind = List.copyOf(leftBehind);
      }
    }
  }

  /** What would be done, without doing it. */
  public Planning plan(Wanted asked) {
    Wanted wanted = new GuestDevices(journal, edges.guests()).named(asked);
    List<NicKind.Macvlan> slices = slicesOfHostLinks(wanted.nics());
    // nothing else depends on what the host has, and looking takes longer than planning
    HostView view = slices.isEmpty() ? HostView.UNSEEN : edges.host().view(parents(slices));
    HostView.Former former = Beforehand.look(edges.host(), wanted.sandbox().netns(), wanted.nics());
    return AttachPlanner.plan(
        wanted.sandbox(), wanted.nics(), wanted.primary(), view.changing(former));
  }

  /** Plugs NICs, all or none. */
  public Attached attach(Wanted wanted, Operation operation) {
    return switch (plan(wanted)) {
      case Planning.Refused(var attachment, var why) -> {
        journal.tell(refused(wanted, attachment, why, operation));
        yield new Attached.None(why, attachment, List.of());
      }
      case Planning.Ready ready -> attach(wanted, ready, operation);
    };
  }

  private Attached attach(Wanted wanted, Planning.Ready ready, Operation operation) {
    // a VPC's namespace does not go while somebody is about to use it
    routers.readLock().lock();
    try {
      Attached attached = attachNow(wanted, ready, operation);
      takenOver(attached).forEach(former -> detach(former, Operation.unattended("take over")));
      return attached;
    } finally {
      routers.readLock().unlock();
    }
  }

  /**
   * What waited for the owner's NIC since an earlier boot: the port is this incarnation's now, or
   * another one is and the former goes.
   */
  private List<List<NicRecord>> takenOver(Attached attached) {
    return attached instanceof Attached.All(var nics)
        ? nics.stream()
            .filter(nic -> nic.planned().attachment().isVpcPort())
            .map(nic ->
                journal.ofNic(nic.key().owner(), nic.key().nic()).stream()
                    .filter(former -> former.state() == NicState.DETACHED)
                    .toList())
            .filter(former -> !former.isEmpty())
            .toList()
        : List.of();
  }

  /** Held by whoever removes namespaces of VPCs, so that nobody is plugging meanwhile. */
  public Lock routersLock() {
    return routers.writeLock();
  }

  private Attached attachNow(Wanted wanted, Planning.Ready ready, Operation operation) {
    Durability durability = durability(ready.whole());
    Map<IfName, NicRecord> records = new HashMap<>();
    List<NicRecord> intents = new ArrayList<>();
    for (PlannedNic nic : ready.nics()) {
      intents.add(intent(wanted, nic, intents.size()));
    }
    intents.forEach(record -> records.put(record.key().nic(), record));
    journal.write(intents, durability);
    var teller = new StoryTeller(operation, (nic, yielded) -> answered(records, nic, yielded));
    Outcome outcome;
    try (KernelSession kernel = edges.kernel().get()) {
      outcome =
          new PlanApplier(performers(kernel, operation), teller)
              .apply(ready.whole(), Bindings.NONE);
    }
    return conclusions.ofAttach(outcome, intents, teller, durability);
  }

  private Story refused(Wanted wanted, Attachment nic, AttachFailure why, Operation operation) {
    var key = new NicKey(wanted.sandbox().owner(), nic.ifName(), wanted.sandbox().containerId());
    String trouble = why.message() + "; " + why.remedy();
    return new Story(
        key,
        wanted.caller().pod().orElse(""),
        clock.instant(),
        operation.verb(),
        "refused",
        nic.origin(),
        nic.network(),
        List.of(),
        trouble);
  }

  /** What detaching came to. */
  public sealed interface Detached {
    /** They are gone. */
    record Gone() implements Detached {}

    /**
     * They are gone from this machine, but whoever keeps their ports could not be told, or a guest
     * keeps an empty shell of one; it is tried again.
     *
     * @param why the first reason
     * @param owed what is due, in words
     */
    record Owed(AttachFailure why, List<String> owed) implements Detached {
      /** Copies the list. */
      public Owed {
        owed = List.copyOf(owed);
      }
    }

    /**
     * Something is left and will be tried again.
     *
     * @param why the first reason
     * @param leftBehind what is left, in words
     */
    record Left(AttachFailure why, List<String> leftBehind) implements Detached {
      /** Copies the list. */
      public Left {
        leftBehind = List.copyOf(leftBehind);
      }
    }
  }

  /**
   * Unplugs NICs from what the journal says, in the reverse of the order given; what is absent is
   * gone.
   */
  public Detached detach(List<NicRecord> nics, Operation operation) {
    return takeBack(nics, operation, false);
  }

  /**
   * Undoes what an attach of these NICs may have done, though no record tells that it did: names
   * and holders derive from container and interface.
   */
  public Detached detachUnknown(Wanted wanted, Operation operation) {
    return switch (plan(wanted)) {
      case Planning.Refused(_, var why) -> new Detached.Left(why, List.of("all of it"));
      case Planning.Ready ready -> {
        List<NicRecord> supposed = new ArrayList<>();
        for (PlannedNic nic : ready.nics()) {
          supposed.add(intent(wanted, nic, supposed.size()));
        }
        yield takeBack(supposed, operation, false);
      }
    };
  }

  /**
   * The same for NICs whose boot is over: the kernel's part of them is gone already, and a sticky
   * lease stays for the next incarnation of its owner's NIC, remembered by a record that is
   * DETACHED.
   */
  public Detached retire(List<NicRecord> nics, Operation operation) {
    return takeBack(nics, operation, true);
  }

  /**
   * Looks after NICs that are gone but for an empty shell in their guest (DETACH_PENDING): the
   * guest is asked once more, and nobody waits for it. Those that it has let go are gone
   * altogether. To be called when a machine tells that a device is gone, that it was reset, or that
   * it ended.
   */
  public void settle(List<NicRecord> nics) {
    List<NicRecord> held =
        nics.stream().filter(nic -> nic.state() == NicState.DETACH_PENDING).toList();
    if (held.isEmpty()) {
      return;
    }
    Plan again =
        UndoPlanner.again(held.stream().flatMap(nic -> nic.planned().plan().steps()).toList());
    Operation operation = Operation.unattended("unplug");
    var teller = new StoryTeller(operation, (_, _) -> {});
    try (KernelSession kernel = edges.kernel().get()) {
      Outcome outcome =
          new PlanApplier(performers(kernel, operation), teller).undo(again, Bindings.NONE);
      conclusions.ofSettling(outcome, held, teller);
    }
  }

  private Detached takeBack(List<NicRecord> nics, Operation operation, boolean bootIsOver) {
    if (nics.isEmpty()) {
      return new Detached.Gone();
    }
    Instant now = clock.instant();
    List<Step> taken =
        nics.stream()
            .flatMap(nic -> nic.planned().plan().steps())
            .flatMap(step -> bootIsOver ? outliving(step).stream() : Stream.of(step))
            .toList();
    Plan undo = UndoPlanner.undo(taken);
    Durability durability = durability(undo);
    journal.advance(
        nics.stream()
            .map(nic -> nic.in(NicState.UNPLUGGING, nic.bound(), now, Optional.empty()))
            .toList(),
        Durability.PROCESS);
    Bindings bound = nics.stream().map(NicRecord::bound).reduce(Bindings.NONE, Bindings::and);
    var teller = new StoryTeller(operation, (_, _) -> {});
    Outcome outcome;
    try (KernelSession kernel = edges.kernel().get()) {
      outcome = new PlanApplier(performers(kernel, operation), teller).undo(undo, bound);
    }
    return conclusions.ofDetach(outcome, nics, bootIsOver, teller, durability);
  }

  /**
   * What a step has left that outlives its boot: what a plugin keeps, and an address. Links of the
   * same names and numbers are strangers' now.
   */
  private static Optional<Step> outliving(Step step) {
    return step.undo()
        .flatMap(undo ->
            switch (undo) {
              case ExecOp.Del(var call, var prior) ->
                  Optional.of(
                      Step.of(step.op(), new ExecOp.Del(call.ofEarlierBoot(), prior), step.why()));
              case LeaseOp _, PortOp _ ->
                  Optional.of(step).filter(lease -> !Conclusions.isSticky(lease));
              case LinkOp _, ExecOp _, GuestOp _, AwaitOp _ -> Optional.empty();
            });
  }

  private Performers performers(KernelSession kernel, Operation operation) {
    return new Performers(
        kernel,
        edges.leases(),
        edges.vpcs(),
        edges.delegates().forCaller(operation.environment(), operation.cancellation()),
        edges.guests(),
        (op, bound) ->
            op.until() instanceof AwaitOp.Condition.DeviceDeleted deleted
                ? edges.guests().await(op, deleted)
                : kernel.execute(op, bound));
  }

  private NicRecord intent(Wanted wanted, PlannedNic nic, int position) {
    var key =
        new NicKey(
            wanted.sandbox().owner(), nic.attachment().ifName(), wanted.sandbox().containerId());
    return new NicRecord(
        key,
        wanted.caller(),
        position,
        wanted.sandbox().netns(),
        nic,
        Bindings.NONE,
        NicState.PLUGGING,
        bootId,
        clock.instant(),
        Optional.empty());
  }

  /**
   * A plugin's answer cannot be observed afterwards, so it is written down before the next step.
   */
  private void answered(Map<IfName, NicRecord> records, IfName nic, Bindings yielded) {
    NicRecord record =
        records.computeIfPresent(
            nic,
            (_, old) ->
                old.in(
                    NicState.PLUGGING,
                    old.bound().and(yielded),
                    clock.instant(),
                    Optional.empty()));
    if (record != null) {
      journal.advance(List.of(record), Durability.POWER);
    }
  }

  /**
   * What only a third-party plugin or a VPC's provider knows, and a sticky lease, must survive a
   * loss of power; our own links die with it.
   */
  private static Durability durability(Plan plan) {
    return plan.steps().map(Step::op).anyMatch(NodeReconciler::isKnownElsewhere)
        ? Durability.POWER
        : Durability.PROCESS;
  }

  private static boolean isKnownElsewhere(Op op) {
    return op instanceof ExecOp || op instanceof PortOp || Conclusions.isSticky(op);
  }

  private static List<NicKind.Macvlan> slicesOfHostLinks(List<Attachment> nics) {
    List<NicKind.Macvlan> slices = new ArrayList<>();
    for (Attachment nic : nics) {
      for (Attachment.Member member : nic.chain()) {
        if (member instanceof Attachment.Member.Native(NicKind.Macvlan kind, _, _, _)
            && !kind.parentInPod()) {
          slices.add(kind);
        }
      }
    }
    return slices;
  }

  private static Set<IfName> parents(List<NicKind.Macvlan> slices) {
    return slices.stream().flatMap(kind -> kind.parent().stream()).collect(Collectors.toSet());
  }
}
