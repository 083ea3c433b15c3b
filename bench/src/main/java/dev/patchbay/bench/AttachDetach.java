package dev.patchbay.bench;

import java.util.List;
import java.util.Optional;

/** One pod at a time: plug all its NICs, unplug them; the two sides take turns. */
final class AttachDetach {
  private static final int WARM_UP = 12;

  private final SpawnDriver driver;
  private final Side reference;
  private final Side ours;
  private final Report report;

  AttachDetach(SpawnDriver driver, Side reference, Side ours, Report report) {
    this.driver = driver;
    this.reference = reference;
    this.ours = ours;
    this.report = report;
  }

  private record Took(Samples add, Samples del) {
    Took() {
      this(new Samples(), new Samples());
    }
  }

  /** Many rounds of one workload. */
  void measure(Workload workload, int rounds) {
    List<Pod> pods = Pod.make("pod-", 2);
    var referenceTook = new Took();
    var oursTook = new Took();
    for (int round = -WARM_UP; round < rounds; round++) {
      boolean counts = round >= 0;
      boolean oursFirst = round % 2 == 0;
      if (oursFirst) {
        once(ours, pods.getFirst(), workload, counts ? oursTook : new Took());
      }
      once(reference, pods.getLast(), workload, counts ? referenceTook : new Took());
      if (!oursFirst) {
        once(ours, pods.getFirst(), workload, counts ? oursTook : new Took());
      }
    }
    Pod.remove(pods);
    report.versus(
        "attach " + workload.title(), referenceTook.add, oursTook.add, attachBar(workload));
    report.versus(
        "detach " + workload.title(), referenceTook.del, oursTook.del, detachBar(workload));
  }

  private void once(Side side, Pod pod, Workload workload, Took took) {
    Ended added = driver.run(side.add(pod, workload)).orThrow("ADD by " + side.name());
    requireLinks(side, pod, workload.nics() + 1);
    Ended deleted = driver.run(side.del(pod, workload, added)).orThrow("DEL by " + side.name());
    requireLinks(side, pod, 1);
    took.add.add(added.nanos());
    took.del.add(deleted.nanos());
  }

  /** A fast answer without a NIC would be no feat. */
  private static void requireLinks(Side side, Pod pod, long expected) {
    long links = pod.links();
    if (links != expected) {
      throw new IllegalStateException(
          side.name() + " left " + links + " links in the pod instead of " + expected);
    }
  }

  private static Optional<Bar> attachBar(Workload workload) {
    if (workload.kind() != Workload.Kind.BRIDGE) {
      return Optional.empty();
    }
    return switch (workload.nics()) {
      case 1 -> Optional.of(Bar.times(4, 6));
      case 8 -> Optional.of(Bar.times(8, 12));
      default -> Optional.empty();
    };
  }

  private static Optional<Bar> detachBar(Workload workload) {
    return workload.kind() == Workload.Kind.BRIDGE && workload.nics() == 8
        ? Optional.of(Bar.times(4, 8))
        : Optional.empty();
  }
}
