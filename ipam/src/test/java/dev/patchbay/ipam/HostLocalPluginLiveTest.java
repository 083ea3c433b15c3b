package dev.patchbay.ipam;

import static dev.patchbay.ipam.Pools.nic;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Addressing;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store beside the real host-local. */
class HostLocalPluginLiveTest {
  private @TempDir Path dirs = Path.of("/");
  private ReferencePlugin plugin = new ReferencePlugin(Path.of("/"));

  @BeforeEach
  void findPlugin() {
    plugin = ReferencePlugin.present("host-local");
  }

  private static RangeSets ranges(List<List<String>> sets) {
    return new RangeSets(sets.stream().map(set -> Pools.set(set.toArray(String[]::new))).toList());
  }

  private static HostLocalStore store(Path dataDir) {
    return new HostLocalStore(dataDir, "blue", new Flock());
  }

  /** Every file of the network with its content, but for the lock. */
  private static Map<String, String> snapshot(Path dataDir) throws IOException {
    Map<String, String> files = new TreeMap<>();
    if (!Files.exists(dataDir.resolve("blue"))) {
      return files;
    }
    try (Stream<Path> found = Files.list(dataDir.resolve("blue"))) {
      for (Path file : found.toList()) {
        if (!file.endsWith("lock")) {
          files.put(file.getFileName().toString(), Files.readString(file));
        }
      }
    }
    return files;
  }

  /** Addresses of ADD; empty when refused. */
  private List<String> add(
      boolean ours,
      Path dataDir,
      HostLocalStore store,
      List<List<String>> sets,
      String id,
      Optional<String> requested)
      throws IOException {
    if (!ours) {
      return plugin.add(id, ReferencePlugin.hostLocal(dataDir, sets), requested).addresses();
    }
    ReserveRequest request = ReserveRequest.of(nic(id), ranges(sets));
    Reserved reserved =
        store.reserve(request.requesting(requested.stream().map(IpAddress::parse).toList()));
    return reserved instanceof Reserved.Granted ? Pools.granted(reserved) : List.of();
  }

  private void del(
      boolean ours, Path dataDir, HostLocalStore store, List<List<String>> sets, String id)
      throws IOException {
    if (ours) {
      store.release(nic(id));
    } else {
      assertThat(plugin.del(id, ReferencePlugin.hostLocal(dataDir, sets)).ok()).isTrue();
    }
  }

  /** One folder served by the plugin alone, one by us, one by both in turns: all the same. */
  private void compare(List<List<String>> sets, long seed, List<String> requests)
      throws IOException {
    Random random = new Random(seed);
    List<Path> dataDirs = List.of(dirs.resolve("p"), dirs.resolve("n"), dirs.resolve("m"));
    List<HostLocalStore> stores = dataDirs.stream().map(HostLocalPluginLiveTest::store).toList();
    for (int step = 0; step < 80; step++) {
      String id = "c" + random.nextInt(8);
      boolean adds = random.nextInt(5) < 3;
      Optional<String> requested =
          random.nextInt(4) == 0
              ? Optional.of(requests.get(random.nextInt(requests.size())))
              : Optional.empty();
      boolean held = !stores.get(1).check(nic(id)).isEmpty();
      List<Boolean> natives = List.of(false, true, random.nextBoolean());
      List<List<String>> answers = new ArrayList<>();
      for (int i = 0; i < dataDirs.size(); i++) {
        if (!adds) {
          del(natives.get(i), dataDirs.get(i), stores.get(i), sets, id);
        } else if (!held || requested.isEmpty()) {
          // the plugin alone lets a NIC that has an address ask for one more by name
          answers.add(add(natives.get(i), dataDirs.get(i), stores.get(i), sets, id, requested));
        }
      }
      String where = "seed " + seed + ", step " + step + ": " + id + " " + requested;
      assertThat(answers)
          .as(where)
          .allMatch(answers.isEmpty() ? _ -> true : answers.get(0)::equals);
      for (Path dataDir : dataDirs.subList(1, 3)) {
        assertThat(snapshot(dataDir)).as(where).isEqualTo(snapshot(dataDirs.get(0)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void addressSequenceAndFilesAreTheSameInOneSet(long seed) throws IOException {
    compare(
        List.of(List.of("10.1.0.0/29", "10.2.0.0/29,10.2.0.3,10.2.0.4,10.2.0.4")),
        seed,
        List.of("10.1.0.2", "10.1.0.6", "10.2.0.3"));
  }

  @Test
  void addressSequenceAndFilesAreTheSameInTwoSets() throws IOException {
    compare(
        List.of(
            List.of("10.1.0.0/26"), List.of("fd00::/120,fd00::fe", "fd01:0:0:1::/64,,,fd01::9")),
        4,
        List.of("10.1.0.9", "fd00::ff", "fd01:0:0:1::7"));
  }

  @Test
  void theSameRangesAreAcceptedWithTheSameFirstAnswer() throws IOException {
    int number = 0;
    for (String range :
        new String[] {
          "10.1.0.0/30",
          "10.1.0.0/31",
          "10.1.0.0/32",
          "fd00::/126",
          "fd00::/127",
          "fd00::/128",
          "10.1.0.5/24",
          "fd00::5/64",
          "10.1.0.0/24,10.1.0.0",
          "10.1.0.0/24,10.1.0.9,10.1.0.5",
          "10.1.0.0/24,,10.1.0.0",
          "10.1.0.0/24,10.2.0.1",
          "10.1.0.0/24,,fd00::1",
          "10.1.0.0/24,,,fe80::1",
          "10.1.0.0/24,,,10.9.9.9",
          "fd00::/8,,,fd00::",
          "10.1.0.0/30,10.1.0.1,10.1.0.1",
          "10.1.0.0/24,,10.1.0.255"
        }) {
      Path dataDir = dirs.resolve("p" + number);
      Path nativeDir = dirs.resolve("n" + number++);
      List<List<String>> sets = List.of(List.of(range));
      List<String> expected = add(false, dataDir, store(dataDir), sets, "c1", Optional.empty());
      List<String> got;
      try {
        got = add(true, nativeDir, store(nativeDir), sets, "c1", Optional.empty());
      } catch (IllegalArgumentException _) {
        got = List.of();
      }
      assertThat(got).as(range).isEqualTo(expected);
    }
  }

  @Test
  void neverTwoOwnersWhenBothRaceForOneFolder() throws Exception {
    List<List<String>> sets = List.of(List.of("10.1.0.0/24"), List.of("fd00::/64"));
    Path dataDir = dirs.resolve("race");
    HostLocalStore store = store(dataDir);
    var got = new ConcurrentLinkedQueue<String>();
    var failures = new ConcurrentLinkedQueue<Throwable>();
    try (var threads = Executors.newFixedThreadPool(6)) {
      for (int i = 0; i < 120; i++) {
        String id = "c" + i;
        boolean ours = i % 2 == 0;
        threads.execute(() -> {
          try {
            List<String> first = add(ours, dataDir, store, sets, id, Optional.empty());
            // half of them are released by the other one and reserve again
            if (id.hashCode() % 4 < 2) {
              del(!ours, dataDir, store, sets, id);
              first = add(!ours, dataDir, store, sets, id, Optional.empty());
            }
            got.addAll(first);
          } catch (IOException | RuntimeException | AssertionError e) {
            failures.add(e);
          }
        });
      }
    }
    assertThat(failures).isEmpty();
    assertThat(got).hasSize(240);
    assertThat(new TreeSet<>(got)).hasSize(240);
    assertThat(store.list())
        .hasSize(240)
        .noneMatch(one -> one.occupant() instanceof Occupant.Unreadable);
    for (int i = 0; i < 120; i++) {
      del(i % 2 == 1, dataDir, store, sets, "c" + i);
    }
    assertThat(snapshot(dataDir).keySet())
        .containsExactly("last_reserved_ip.0", "last_reserved_ip.1");
  }

  @Test
  void thePluginWaitsForOurLock() throws Exception {
    List<List<String>> sets = List.of(List.of("10.1.0.0/24"));
    Path dataDir = dirs.resolve("wait");
    Path folder = Files.createDirectories(dataDir.resolve("blue"));
    Closeable held = new Flock().lock(folder);
    String inode = Files.getAttribute(folder.resolve("lock"), "unix:ino") + " ";
    try (var threads = Executors.newSingleThreadExecutor()) {
      var answer =
          threads.submit(() -> add(false, dataDir, store(dataDir), sets, "c1", Optional.empty()));
      // proc_locks(5): a waiter's line has an arrow after its number
      while (Files.readAllLines(Path.of("/proc/locks")).stream()
          .noneMatch(line -> line.contains("-> FLOCK") && line.contains(":" + inode))) {
        assertThat(answer.isDone()).as("the plugin did not wait").isFalse();
        Thread.onSpinWait();
      }
      assertThat(folder.resolve("10.1.0.2")).doesNotExist();
      held.close();
      assertThat(answer.get()).containsExactly("10.1.0.2/24");
    }
  }

  @Test
  void staticReadsTheThreeWaysAsTheReferenceDoes() throws IOException {
    ReferencePlugin reference = ReferencePlugin.present("static");
    String configured =
        "{\"type\":\"static\",\"addresses\":[{\"address\":\"10.1.0.5/24\",\"gateway\":\"10.1.0.1\"}]}";
    var own =
        List.of(
            new Addressing.Ip(
                IpAddress.parseCidr("10.1.0.5/24"), Optional.of(Pools.ip("10.1.0.1").inet())));
    String cni = "\"args\":{\"cni\":{\"ips\":[\"10.3.0.5/24\",\"10.3.0.6/24\"]}}";
    String runtime = "\"runtimeConfig\":{\"ips\":[\"fd00::5/64\"]}";
    for (int ways = 0; ways < 8; ways++) {
      boolean args = (ways & 1) > 0;
      boolean ofCni = (ways & 2) > 0;
      boolean ofRuntime = (ways & 4) > 0;
      String cniArgs = args ? "IP=10.2.0.5/24, fd00::9/64;GATEWAY=10.2.0.1,10.1.0.9,10.2.0.2" : "";
      var answer =
          reference.run(
              "ADD",
              "c1",
              configured,
              cniArgs,
              (ofCni ? "," + cni : "") + (ofRuntime ? "," + runtime : ""));
      var ips =
          new RequestedIps(
                  args ? "10.2.0.5/24, fd00::9/64" : "",
                  args ? "10.2.0.1,10.1.0.9,10.2.0.2" : "",
                  ofCni ? List.of("10.3.0.5/24", "10.3.0.6/24") : List.of(),
                  ofRuntime ? List.of("fd00::5/64") : List.of())
              .forStatic(own);
      assertThat(ips.stream().map(ip -> IpRange.text(ip.address())))
          .as(answer.text())
          .isEqualTo(answer.addresses());
      assertThat(ips.stream().flatMap(ip -> ip.gateway().stream()).map(IpAddress::of))
          .map(IpAddress::toString)
          .as(answer.text())
          .isEqualTo(answer.gateways());
    }
  }
}
