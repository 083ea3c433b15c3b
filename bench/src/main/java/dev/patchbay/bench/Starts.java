package dev.patchbay.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** How soon the agent is there, and what it takes while it has nothing to do. */
final class Starts {
  private static final int SETTLE_SECONDS = 2;

  private final Path dist;
  private final Path work;
  private final Report report;

  Starts(Path dist, Path work, Report report) {
    this.dist = dist;
    this.work = work;
    this.report = report;
  }

  void measure(int rounds) {
    var socket = new Samples();
    var ready = new Samples();
    List<Double> rss = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      try (AgentProcess agent = AgentProcess.start(dist, work.resolve("start-" + round))) {
        socket.add(agent.socketNanos());
        ready.add(agent.readyNanos());
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
        rss.add(agent.rehearsed().rss());
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    rss.sort(Double::compare);
    double idle = rss.get(rss.size() / 2);
    String cache =
        Files.exists(dist.resolve("lib/patchbay-agent.aot"))
            ? "with AOT cache"
            : "WITHOUT AOT cache";
    String n = ", p50 of " + rounds;
    report.row(
        "agent start " + cache + ": CNI socket open" + n,
        ms(socket),
        Bar.atMost(250, 200, "ms").cells(socket.p50()));
    report.row("… ready for ADD" + n, ms(ready), Bar.atMost(1000, 500, "ms").cells(ready.p50()));
    report.row("… RSS idle" + n, ManyPods.mib(idle), Bar.atMost(128, 96, "MiB").cells(idle));
  }

  private static String ms(Samples samples) {
    return String.format(Locale.ROOT, "%.0f ms", samples.p50());
  }
}
