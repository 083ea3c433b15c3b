package dev.patchbay.linux.fake;

import dev.patchbay.core.plan.LinkOp;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How often each kind of op was done, failed and crashed; every kind has an entry.
 *
 * @param counts by the op's simple class name
 */
public record Coverage(Map<String, Count> counts) {
  /**
   * Of one kind of op.
   *
   * @param done how often it was done
   * @param failed how often it failed, injected or by the kernel's rules
   * @param crashed how often the agent was killed right before or after it
   */
  public record Count(int done, int failed, int crashed) {
    /** Both together. */
    public Count and(Count other) {
      return new Count(done + other.done, failed + other.failed, crashed + other.crashed);
    }
  }

  /** Copies the map, sorted. */
  public Coverage {
    counts = Collections.unmodifiableMap(new TreeMap<>(counts));
  }

  static Coverage none() {
    return new Coverage(
        Arrays.stream(LinkOp.class.getPermittedSubclasses())
            .collect(Collectors.toMap(Class::getSimpleName, _ -> new Count(0, 0, 0))));
  }

  Coverage plus(LinkOp op, Count count) {
    Map<String, Count> all = new TreeMap<>(counts);
    all.merge(op.getClass().getSimpleName(), count, Count::and);
    return new Coverage(all);
  }

  /** The counts of several kernels, such as one per seed. */
  public Coverage and(Coverage other) {
    Map<String, Count> all = new TreeMap<>(counts);
    other.counts.forEach((kind, count) -> all.merge(kind, count, Count::and));
    return new Coverage(all);
  }

  /** The pairs that have not been seen, such as {@code AddVeth fails}. */
  public List<String> missing() {
    return counts.entrySet().stream()
        .flatMap(e ->
            Stream.of(
                    e.getValue().failed() == 0 ? e.getKey() + " fails" : "",
                    e.getValue().crashed() == 0 ? e.getKey() + " crashes" : "")
                .filter(pair -> !pair.isEmpty()))
        .toList();
  }

  /** A table with one line per kind. */
  @Override
  public String toString() {
    return counts.entrySet().stream()
        .map(e ->
            "%-18s %7d done %7d failed %7d crashed%n"
                .formatted(
                    e.getKey(), e.getValue().done(), e.getValue().failed(), e.getValue().crashed()))
        .collect(Collectors.joining());
  }
}
