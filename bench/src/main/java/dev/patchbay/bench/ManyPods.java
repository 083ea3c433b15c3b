package dev.patchbay.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A thousand pods through one agent with its default heap: all in, all out, and nothing left. */
final class ManyPods {
  private final Fleet fleet;
  private final AgentProcess agent;
  private final Side.Patchbay ours;
  private final Path leases;
  private final Report report;

  ManyPods(Fleet fleet, AgentProcess agent, Side.Patchbay ours, Path leases, Report report) {
    this.fleet = fleet;
    this.agent = agent;
    this.ours = ours;
    this.leases = leases;
    this.report = report;
  }

  void measure(Workload workload, int count) {
    Census before = Census.take(agent, leases);
    List<Pod> pods = Pod.make("many-", count);
    Fleet.Wave added = fleet.run(pods, pod -> ours.add(pod, workload));
    double rssFull = agent.rss();
    Fleet.Wave deleted = fleet.run(pods, pod -> ours.del(pod, workload, added.of(pod)));
    double rssAfter = agent.rss();
    Pod.remove(pods);
    Census after = Census.take(agent, leases);
    long errors = added.failures() + deleted.failures();
    String what = count + " pods × " + workload.title();
    report.row(
        what + ": errors, ADD and DEL",
        String.valueOf(errors),
        "0",
        errors == 0 ? "bar met" : "**missed**");
    String leaks = after.leaks(before);
    report.row("… left behind", leaks, "none", leaks.equals("none") ? "bar met" : "**missed**");
    report.row("… kept by networks, as meant", after.kept(before), "–", "–");
    report.row("… all attached", time(added), "–", "–");
    report.row("… all detached", time(deleted), "–", "–");
    report.row(
        "… RSS with all attached / after",
        mib(rssFull) + " / " + mib(rssAfter),
        "heap bounded (-Xmx48m)",
        errors == 0 ? "bar met" : "**missed**");
    if (errors > 0) {
      report.say("\nFirst errors: " + added.firstFailure() + " " + deleted.firstFailure());
    }
  }

  static String mib(double rss) {
    return String.format(Locale.ROOT, "%.0f MiB", rss);
  }

  private static String time(Fleet.Wave wave) {
    return String.format(
        Locale.ROOT,
        "%.1f s, %.0f pods/s; per pod %s ms",
        wave.wallNanos() / 1e9,
        wave.ended().size() / (wave.wallNanos() / 1e9),
        wave.each().text());
  }
}
