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
import java.util.ArrayList;
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
  private final List<Story.Line> lines = new ArrayList<>();
  private long lap = System.nanoTime();

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
    lines.add(new Story.Line(OpText.of(step.op()), step.why(), (now - lap) / 1000, failure));
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

  Story story(NicRecord record, java.time.Instant at, String outcome, String trouble) {
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
