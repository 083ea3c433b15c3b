package dev.patchbay.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** As many pods at once as the agent works on by default. */
final class InFlight {
  static final int AT_ONCE = 32;

  private final Fleet fleet;
  private final Side reference;
  private final Side ours;
  private final Report report;

  InFlight(Fleet fleet, Side reference, Side ours, Report report) {
    this.fleet = fleet;
    this.reference = reference;
    this.ours = ours;
    this.report = report;
  }

  private static final class Took {
    private final Samples add = new Samples();
    private final Samples del = new Samples();
    private final Samples addAll = new Samples();
    private final Samples delAll = new Samples();
  }

  void measure(Workload workload, int rounds) {
    List<Pod> pods = Pod.make("flight-", AT_ONCE);
    var referenceTook = new Took();
    var oursTook = new Took();
    for (int round = -1; round < rounds; round++) {
      once(ours, pods, workload, round < 0 ? new Took() : oursTook);
      once(reference, pods, workload, round < 0 ? new Took() : referenceTook);
    }
    Pod.remove(pods);
    String what = String.format(Locale.ROOT, "%d pods at once, %s: ", AT_ONCE, workload.title());
    report.versus(what + "attach, per pod", referenceTook.add, oursTook.add, Optional.empty());
    report.versus(
        "… until all are attached", referenceTook.addAll, oursTook.addAll, Optional.empty());
    report.versus(what + "detach, per pod", referenceTook.del, oursTook.del, Optional.empty());
    report.versus(
        "… until all are detached", referenceTook.delAll, oursTook.delAll, Optional.empty());
  }

  private void once(Side side, List<Pod> pods, Workload workload, Took took) {
    Fleet.Wave added = fleet.run(pods, pod -> side.add(pod, workload));
    require(side, "ADD", added);
    Fleet.Wave deleted = fleet.run(pods, pod -> side.del(pod, workload, added.of(pod)));
    require(side, "DEL", deleted);
    added.ended().values().forEach(one -> took.add.add(one.nanos()));
    deleted.ended().values().forEach(one -> took.del.add(one.nanos()));
    took.addAll.add(added.wallNanos());
    took.delAll.add(deleted.wallNanos());
  }

  private static void require(Side side, String command, Fleet.Wave wave) {
    if (wave.failures() > 0) {
      throw new IllegalStateException(
          side.name() + ": " + command + " failed: " + wave.firstFailure());
    }
  }
}
