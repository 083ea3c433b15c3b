package dev.patchbay.core.plan;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A machine that does nothing: it remembers what it was asked, yields what ops promise, and fails
 * or is late where told.
 */
final class Machine {
  private final List<List<Op>> calls = new ArrayList<>();
  private final Map<Op, AttachFailure> failing = new HashMap<>();
  private final Set<Op> late = new HashSet<>();
  private final Map<Op, Bindings> seen = new HashMap<>();

  Performers performers() {
    return new Performers(this::batch, this::one, this::one, this::one, this::one, this::one);
  }

  /** From now on the op fails with a failure that names it. */
  AttachFailure fails(Op op) {
    AttachFailure why = new AttachFailure.Kernel(OpText.of(op), "EBUSY", "");
    failing.put(op, why);
    return why;
  }

  void works(Op op) {
    failing.remove(op);
  }

  void isLate(Op op) {
    late.add(op);
  }

  /** What was asked so far, one list per call. */
  List<List<Op>> calls() {
    return List.copyOf(calls);
  }

  List<Op> asked() {
    return calls.stream().flatMap(List::stream).toList();
  }

  /** What was bound when the op came. */
  Bindings boundAt(Op op) {
    return seen.getOrDefault(op, Bindings.NONE);
  }

  private List<Performed> batch(List<LinkOp> batch, Bindings bound) {
    calls.add(List.copyOf(batch));
    return batch.stream().map(op -> outcome(op, bound)).toList();
  }

  private Performed one(Op op, Bindings bound) {
    calls.add(List.of(op));
    return outcome(op, bound);
  }

  private Performed outcome(Op op, Bindings bound) {
    seen.put(op, bound);
    if (late.contains(op)) {
      return new Performed.Late();
    }
    AttachFailure why = failing.get(op);
    return why == null ? new Performed.Done(yielded(op)) : new Performed.Failed(why);
  }

  private static Bindings yielded(Op op) {
    return switch (op) {
      case LinkOp.AddTap tap -> Bindings.of(tap.made(), link(tap.name()));
      case LeaseOp.Reserve reserve -> Bindings.of(reserve.lease(), new Lease(Addressing.NONE));
      case ExecOp.Add add -> Bindings.of(add.result(), new DelegateResult("{}"));
      case LinkOp _, LeaseOp _, PortOp _, ExecOp _, GuestOp _, AwaitOp _ -> Bindings.NONE;
    };
  }

  static Link link(IfName name) {
    return new Link(Netns.at("/run/netns/pod"), 7, name, new MacAddress("02:00:00:00:00:07"), 1500);
  }
}
