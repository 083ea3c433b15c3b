package dev.patchbay.agent.simulation;

import dev.patchbay.core.plan.ExecOp;
import dev.patchbay.core.plan.Op;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How often each kind of op was done, failed, and was where the agent died. */
final class OpCoverage {
  /** CHECK is asked by itself; no plan has it. */
  private static final Set<Class<?>> IN_NO_PLAN = Set.of(ExecOp.Check.class);

  private static final class Count {
    private int done;
    private int failed;
    private int died;
  }

  private final Map<String, Count> counts = new TreeMap<>();

  OpCoverage() {
    kinds(Op.class)
        .filter(kind -> !IN_NO_PLAN.contains(kind))
        .forEach(kind -> counts.put(kind.getSimpleName(), new Count()));
  }

  private static Stream<Class<?>> kinds(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(OpCoverage::kinds)
        : Stream.of(type);
  }

  private Count of(Op op) {
    return counts.computeIfAbsent(op.getClass().getSimpleName(), _ -> new Count());
  }

  synchronized void done(Op op) {
    of(op).done++;
  }

  synchronized void failed(Op op) {
    of(op).failed++;
  }

  synchronized void died(Op op) {
    of(op).died++;
  }

  /** The pairs that were not met, such as {@code AddVeth fails}. */
  synchronized List<String> missing() {
    return counts.entrySet().stream()
        .flatMap(entry ->
            Stream.of(
                    entry.getValue().done == 0 ? " is done" : "",
                    entry.getValue().failed == 0 ? " fails" : "",
                    entry.getValue().died == 0 ? " is where the agent dies" : "")
                .filter(what -> !what.isEmpty())
                .map(what -> entry.getKey() + what))
        .toList();
  }

  @Override
  public synchronized String toString() {
    return counts.entrySet().stream()
        .map(entry ->
            "%-18s %6d done %5d failed %5d agent died"
                .formatted(
                    entry.getKey(),
                    entry.getValue().done,
                    entry.getValue().failed,
                    entry.getValue().died))
        .collect(Collectors.joining("\n"));
  }
}
