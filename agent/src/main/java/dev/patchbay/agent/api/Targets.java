package dev.patchbay.agent.api;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.core.nic.NicState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * From what a person types to a container: {@code pod}, {@code namespace/pod}, {@code pod/name}, or
 * a container ID, of which a prefix that only one has is enough.
 *
 * @param journal knows them
 */
record Targets(Journal journal) {
  private static final int SHORTEST_PREFIX = 4;
  private static final String LIST = "patchbay get nics -A";

  /**
   * A container that has NICs, or had.
   *
   * @param pod namespace/name; empty when its runtime did not say
   * @param container the CNI container ID
   */
  record Target(String pod, String container) {
    /** As people call it. */
    @Override
    public String toString() {
      return pod.isEmpty() ? container : pod;
    }
  }

  /** A container that has NICs now; throws Refusal. */
  Target live(Fields ask) {
    return one(ask, alive());
  }

  /** A container that has NICs, or of which stories are told; throws Refusal. */
  Target known(Fields ask) {
    List<Target> all = new ArrayList<>(alive());
    journal.subjects().forEach(subject -> all.add(new Target(subject.pod(), subject.container())));
    return one(ask, all);
  }

  /**
   * The NICs that are not gone, without loopbacks; of some that are gone, the journal keeps the
   * addresses.
   */
  static List<NicRecord> nics(List<NicRecord> records) {
    return records.stream()
        .filter(nic -> nic.state() != NicState.DETACHED && !nic.isLoopback())
        .toList();
  }

  private List<Target> alive() {
    return nics(journal.all()).stream()
        .sorted(Comparator.comparing(NicRecord::since).reversed())
        .map(nic -> new Target(nic.caller().pod().orElse(""), nic.key().incarnation()))
        .distinct()
        .toList();
  }

  /** The newest of those that fit, which have to be of one pod. */
  private static Target one(Fields ask, List<Target> newestFirst) {
    String text = ask.required("target");
    String bare = text.startsWith("pod/") ? text.substring(4) : text;
    Optional<String> namespace = ask.filled("namespace");
    for (Predicate<Target> fits :
        List.of(
            exactly(bare, namespace),
            (Predicate<Target>) target -> target.container().equals(bare),
            prefix(bare))) {
      List<Target> found = newestFirst.stream().filter(fits).toList();
      Set<String> names =
          found.stream().map(Target::toString).collect(Collectors.toCollection(LinkedHashSet::new));
      if (names.size() > 1) {
        throw new Refusal(
            "\"" + text + "\" may be " + String.join(" or ", names) + "; write the whole name",
            LIST);
      }
      if (!found.isEmpty()) {
        return found.getFirst();
      }
    }
    throw unknown(text, bare, newestFirst);
  }

  private static Predicate<Target> exactly(String bare, Optional<String> namespace) {
    return target -> {
      if (target.pod().isEmpty()) {
        return false;
      }
      if (bare.contains("/")) {
        return target.pod().equals(bare);
      }
      return namespace
          .map(given -> target.pod().equals(given + "/" + bare))
          .orElse(target.pod().equals(bare) || target.pod().endsWith("/" + bare));
    };
  }

  private static Predicate<Target> prefix(String bare) {
    return target -> bare.length() >= SHORTEST_PREFIX && target.container().startsWith(bare);
  }

  private static Refusal unknown(String text, String bare, List<Target> known) {
    List<String> nearest =
        Nearest.to(
            bare,
            known.stream().flatMap(target -> Stream.of(target.pod(), target.container())).toList());
    return new Refusal(
        "no pod or container \""
            + text
            + "\" has had a NIC of ours"
            + (nearest.isEmpty() ? "" : "; did you mean " + String.join(" or ", nearest) + "?"),
        LIST);
  }
}
