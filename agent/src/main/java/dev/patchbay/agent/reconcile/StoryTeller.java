package dev.patchbay.agent.reconcile;

import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.journal.Story;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacvlanMode;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.AwaitOp;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.ExecOp;
import dev.patchbay.core.plan.GuestOp;
import dev.patchbay.core.plan.LeaseOp;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Op;
import dev.patchbay.core.plan.OpText;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.PlanWatch;
import dev.patchbay.core.plan.PortOp;
import dev.patchbay.core.plan.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Watches one walk over a plan: calls it off when the caller has gone, hands on what a third-party
 * plugin answered so that it is journalled at once, and remembers each step for {@code patchbay
 * why}.
 */
final class StoryTeller implements PlanWatch {
  private final Operation operation;
  private final BiConsumer<IfName, Bindings> answered;
  private final List<Told> told = new ArrayList<>();
  private long lap = System.nanoTime();

  private record Told(Op op, Story.Line line) {}

  StoryTeller(Operation operation, BiConsumer<IfName, Bindings> answered) {
    this.operation = operation;
    this.answered = answered;
  }

  @Override
  public Optional<AttachFailure> before(Step step) {
    return operation.cancellation().isCancelled()
        ? Optional.of(new AttachFailure.Cancelled("the caller, which has gone away"))
        : Optional.empty();
  }

  @Override
  public void after(Step step, Performed performed) {
    long now = System.nanoTime();
    String failure =
        switch (performed) {
          case Performed.Done _ -> "";
          case Performed.Failed(var why) -> why.message();
          case Performed.Late() -> "not in time";
        };
    var line = new Story.Line(OpText.of(step.op()), step.why(), (now - lap) / 1000, failure);
    told.add(new Told(step.op(), line));
    lap = now;
    if (performed instanceof Performed.Done(var yielded) && !yielded.values().isEmpty()) {
      unobservable(step.op()).ifPresent(nic -> answered.accept(nic, yielded));
    }
  }

  /**
   * The NIC of an op whose outcome nobody could find out afterwards: what a plugin said, what a
   * device or a setting was before.
   */
  private static Optional<IfName> unobservable(Op op) {
    return switch (op) {
      case ExecOp exec -> Optional.of(exec.call().ifName());
      case LinkOp.MoveDevice move -> Optional.of(move.name());
      case LinkOp.Tune tune -> Optional.of(tune.link());
      // a passthru macvlan has its parent's address, not the one by which recovery would know it
      case LinkOp.AddMacvlan add when add.mode() == MacvlanMode.PASSTHRU -> Optional.of(add.name());
      case LinkOp _, LeaseOp _, PortOp _, GuestOp _, AwaitOp _ -> Optional.empty();
    };
  }

  /**
   * A story per NIC: of its own steps and of those that concern all, but of all steps when
   * something failed, since then the reason may be another NIC's.
   */
  List<Story> stories(List<NicRecord> nics, Instant at, String outcome, String trouble) {
    boolean failed = told.stream().anyMatch(one -> !one.line.failure().isEmpty());
    // by identity: two NICs may well have equal ops, and comparing whole ops takes its time
    IdentityHashMap<Op, IfName> whose = new IdentityHashMap<>();
    for (NicRecord nic : nics) {
      nic.planned()
          .plan()
          .steps()
          .forEach(step -> {
            whose.put(step.op(), nic.key().nic());
            step.undo().ifPresent(undo -> whose.put(undo, nic.key().nic()));
          });
    }
    return nics.stream()
        .map(nic -> {
          IfName name = nic.key().nic();
          List<Story.Line> lines =
              told.stream()
                  .filter(one -> failed || whose.getOrDefault(one.op, name).equals(name))
                  .map(Told::line)
                  .toList();
          return story(nic, lines, at, outcome, trouble);
        })
        .toList();
  }

  private Story story(
      NicRecord record, List<Story.Line> lines, Instant at, String outcome, String trouble) {
    return new Story(
        record.key(),
        record.caller().pod().orElse(""),
        at,
        operation.verb(),
        outcome,
        record.planned().attachment().origin(),
        record.planned().attachment().network(),
        lines,
        trouble);
  }
}
