package dev.patchbay.ipam;

import static dev.patchbay.ipam.Pools.nic;
import static dev.patchbay.ipam.Pools.pool;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prints how many addresses a second the store hands out and takes back, with the real flock; the
 * figures are for reading, what is asserted is that every address was handed out once.
 */
class AllocationSpeedLiveTest {
  private static final RangeSets POOL = pool("10.0.0.0/16");
  private static final int COUNT = Integer.getInteger("patchbay.allocations", 2000);

  @Test
  void everyAddressIsHandedOutOnceOnDisk(@TempDir Path disk) throws IOException {
    measure("disk", disk);
  }

  @Test
  void everyAddressIsHandedOutOnceInMemory() throws IOException {
    Path shm = Path.of("/dev/shm");
    Assumptions.assumeTrue(Files.isWritable(shm), "no writable /dev/shm");
    Path dir = Files.createTempDirectory(shm, "patchbay");
    try {
      measure("tmpfs", dir);
    } finally {
      try (var files = Files.walk(dir)) {
        files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
      }
    }
  }

  private static void measure(String medium, Path dataDir) throws IOException {
    print(medium, 1, "first, cold", dataDir.resolve("cold"), false);
    print(medium, 1, "", dataDir.resolve("warm"), false);
    print(medium, 32, "", dataDir.resolve("many"), false);
    print(medium, 1, "sticky", dataDir.resolve("sticky"), true);
  }

  private static void print(String medium, int threads, String what, Path dataDir, boolean sticky)
      throws IOException {
    int count = sticky ? COUNT / 20 : COUNT;
    HostLocalStore store = new HostLocalStore(dataDir, "blue", new Flock());
    double reserved =
        perSecond(
            count,
            threads,
            i ->
                Pools.granted(
                    store.reserve(new ReserveRequest(nic("c" + i), POOL, List.of(), sticky))));
    List<Reservation> all = store.list();
    assertThat(all).hasSize(count);
    double released = perSecond(count, threads, i -> release(store, all.get(i)));
    assertThat(store.list()).isEmpty();
    System.out.printf(
        "host-local store, %s, %d thread(s)%s: %,.0f reserved/s, %,.0f released/s (n=%d)%n",
        medium, threads, what.isEmpty() ? "" : ", " + what, reserved, released, count);
  }

  private static void release(HostLocalStore store, Reservation one) {
    if (one.occupant() instanceof Occupant.Nic(var holder)) {
      try {
        store.release(holder, List.of(one.address()));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private interface Step {
    void run(int index);
  }

  private static double perSecond(int count, int threads, Step step) {
    LongAdder done = new LongAdder();
    long start = System.nanoTime();
    try (var pool = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < count; i++) {
        int index = i;
        pool.execute(() -> {
          step.run(index);
          done.increment();
        });
      }
    }
    assertThat(done.sum()).isEqualTo(count);
    return count * 1e9 / (System.nanoTime() - start);
  }
}
