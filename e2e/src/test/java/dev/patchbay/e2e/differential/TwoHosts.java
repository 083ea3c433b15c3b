package dev.patchbay.e2e.differential;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Two hosts on this machine, one with the reference plugins and one with our agent. */
final class TwoHosts implements AutoCloseable {
  private static final AtomicInteger SERIAL = new AtomicInteger();

  private final Deque<Runnable> undos = new ArrayDeque<>();
  private final AtomicInteger scenarios = new AtomicInteger();
  private final Map<Scenario.Need, Boolean> kernel = new EnumMap<>(Scenario.Need.class);
  private final Side reference;
  private final Side ours;

  private TwoHosts(Path root) {
    Path plugins = referencePlugins(root);
    String name = "pbd" + ProcessHandle.current().pid() + "-" + SERIAL.incrementAndGet();
    Path folder = folder();
    undos.push(() -> delete(folder));
    reference = new Side(namespace(name + "r"), folder, new ReferenceChain(plugins));
    String host = namespace(name + "p");
    PatchbayShim agent = PatchbayShim.start(root, folder, host, plugins);
    undos.push(agent::close);
    ours = new Side(host, folder, agent);
  }

  /** Makes both; skips, saying why, where that cannot be. */
  static TwoHosts start() {
    require("root".equals(System.getProperty("user.name")), "namespaces need root");
    Path root = Path.of(System.getProperty("patchbay.root", "..")).toAbsolutePath().normalize();
    for (Path built : List.of(PatchbayShim.launcher(root), PatchbayShim.shim(root))) {
      require(Files.isExecutable(built), built + " is missing: build first (./check builds)");
    }
    return new TwoHosts(root);
  }

  private String namespace(String name) {
    Ended.of("ip", "netns", "add", name).orFail();
    undos.push(() -> Ended.of("ip", "netns", "delete", name).orFail());
    return name;
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("pbdiff");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path referencePlugins(Path root) {
    Ended fetched = Ended.of(root.resolve("e2e/lab-tools").toString(), "plugins");
    require(fetched.exit() == 0, "no reference plugins: " + fetched.stderr());
    return Path.of(fetched.stdout().strip());
  }

  private static void require(boolean met, String why) {
    if (!met && Boolean.getBoolean("patchbay.lab.required")) {
      throw new AssertionError("the lab is required, but: " + why);
    }
    Assumptions.assumeTrue(met, why);
  }

  /** Plays it on both hosts at once and fails, saying what differs, unless they agree. */
  void compare(Scenario scenario) {
    scenario
        .needs()
        .ifPresent(need ->
            Assumptions.assumeTrue(has(need), "this kernel lacks " + need + ": " + need.probe()));
    int number = scenarios.incrementAndGet();
    var theirs = CompletableFuture.supplyAsync(() -> reference.play(scenario, number));
    Transcript mine = ours.play(scenario, number);
    new Verdict(scenario, theirs.join(), mine).pass();
  }

  private boolean has(Scenario.Need need) {
    return kernel.computeIfAbsent(
        need,
        asked -> {
          String probe = "pbdneed" + ProcessHandle.current().pid();
          Ended.of("ip", "netns", "add", probe).orFail();
          boolean has = Ended.script(probe, asked.probe()).exit() == 0;
          Ended.of("ip", "netns", "delete", probe).orFail();
          return has;
        });
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    undos.forEach(Runnable::run);
  }
}
