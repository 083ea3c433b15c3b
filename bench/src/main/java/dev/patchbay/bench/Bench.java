package dev.patchbay.bench;

import java.nio.file.Path;

/** All of it, in an order in which nothing disturbs what follows; started by {@code bench/run}. */
public final class Bench {
  private static final Workload ONE = new Workload(Workload.Kind.BRIDGE, 1);
  private static final Workload FOUR = new Workload(Workload.Kind.BRIDGE, 4);
  private static final Workload EIGHT = new Workload(Workload.Kind.BRIDGE, 8);

  private final Options options;
  private final Report report = new Report(System.out);

  private Bench(Options options) {
    this.options = options;
  }

  /** Prints the tables; 2 when called wrongly. */
  public static void main(String[] args) {
    try {
      new Bench(Options.parse(args)).run();
    } catch (IllegalArgumentException e) {
      System.err.println("bench: " + e.getMessage());
      System.exit(2);
    }
  }

  private void run() {
    head();
    alone();
    if (options.wants("attach") || options.wants("flight") || options.wants("mass")) {
      wholePath();
    }
    if (options.wants("up") || options.wants("api")) {
      standalone();
    }
  }

  private void standalone() {
    report.table("patchbay up", "what", "figure", "bar / goal", "verdict");
    if (options.wants("up")) {
      new UpStarts(options.dist(), options.work(), options.kubectl().toString(), report)
          .measure(options.rounds(3, 10));
    }
    if (options.wants("api")) {
      try (var up = new UpProcess(options.dist(), options.work().resolve("up"), "private")) {
        long _ = up.start();
        report.row("RSS of the daemon, idle", ManyPods.mib(up.rss()), "–", "–");
        try (var api = new ApiClient(up)) {
          new HotPlug(up, api, report).measure(options.rounds(20, 100));
          new ApiRates(api, report).measure(options.rounds(500, 2000));
        }
        report.row("RSS of the daemon, with 1,000 objects", ManyPods.mib(up.rss()), "–", "–");
      }
    }
  }

  private void head() {
    String version =
        Shell.lines(
                "sh",
                "-c",
                "\"$0\" </dev/null 2>&1 || :",
                options.reference().resolve("bridge").toString())
            .getFirst();
    report.say("Reference: " + version);
    report.say(
        "Kernel "
            + System.getProperty("os.version")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors, Java "
            + System.getProperty("java.version")
            + ", load "
            + Shell.lines("cut", "-d ", "-f1-3", "/proc/loadavg").getFirst());
  }

  private void alone() {
    report.table("Alone", "what", "figure", "bar / goal", "verdict");
    if (options.wants("shim")) {
      ShimAlone.measure(options.root(), report);
    }
    if (options.wants("start")) {
      new Starts(options.dist(), options.work(), report).measure(options.rounds(3, 10));
    }
    if (options.wants("leases")) {
      new LeaseRate(options.work().resolve("leases")).measure(options.rounds(3, 10), report);
    }
    if (options.wants("dhcp")) {
      GuestDhcp.measure(options.rounds(100, 500), report);
    }
  }

  private void wholePath() {
    Path leases = options.work().resolve("networks");
    var reference = new Side.Reference(options.reference(), leases);
    try (AgentProcess agent =
        AgentProcess.start(options.dist(), options.work().resolve("agent")).rehearsed()) {
      Side.Patchbay ours = agent.side(options.dist(), leases);
      report.table(
          "Against the reference plugins, in turns",
          "what",
          "n",
          "reference p50 / p99 ms",
          "Patchbay p50 / p99 ms",
          "ratio of p50",
          "bar / goal",
          "verdict");
      if (options.wants("attach")) {
        attach(reference, ours);
      }
      try (var fleet = new Fleet(options.driver(), InFlight.AT_ONCE)) {
        if (options.wants("flight")) {
          new InFlight(fleet, reference, ours, report).measure(FOUR, options.rounds(2, 5));
        }
        if (options.wants("mass")) {
          report.table(
              "Many pods, " + InFlight.AT_ONCE + " in flight", "what", "figure", "bar", "verdict");
          new ManyPods(fleet, agent, ours, leases, report).measure(FOUR, options.rounds(100, 1000));
        }
      }
    }
  }

  private void attach(Side reference, Side ours) {
    try (SpawnDriver driver = SpawnDriver.start(options.driver())) {
      var rounds = new AttachDetach(driver, reference, ours, report);
      rounds.measure(ONE, options.rounds(40, 200));
      rounds.measure(FOUR, options.rounds(10, 80));
      rounds.measure(EIGHT, options.rounds(10, 60));
      rounds.measure(new Workload(Workload.Kind.MACVLAN, 1), options.rounds(20, 200));
      rounds.measure(new Workload(Workload.Kind.MACVLAN, 4), options.rounds(10, 80));
      rounds.measure(new Workload(Workload.Kind.MACVLAN, 8), options.rounds(10, 60));
    }
  }
}
