package dev.patchbay.ipam;

import static dev.patchbay.ipam.Pools.nic;
import static dev.patchbay.ipam.Pools.pool;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that reserves and releases without end, killed again and again. */
class KilledProcessLiveTest {
  private static final RangeSets POOL = pool("10.1.0.0/16", "fd00::/64");

  /** Args: dataDir, prefix of the container IDs. */
  static final class Reserver {
    private Reserver() {}

    public static void main(String[] args) throws IOException {
      HostLocalStore store = new HostLocalStore(Path.of(args[0]), "blue", new Flock());
      for (int i = 0; ; i++) {
        System.out.println(Pools.granted(store.reserve(ReserveRequest.of(nic(args[1] + i), POOL))));
        if (i % 2 == 0) {
          store.release(nic(args[1] + i));
        }
      }
    }
  }

  @Test
  void killedAtAnyTimeItLeavesWholeReservationsOnly(@TempDir Path dataDir) throws Exception {
    HostLocalStore store = new HostLocalStore(dataDir, "blue", new Flock());
    Random random = new Random(7);
    for (int round = 0; round < 6; round++) {
      Process process = reserver(dataDir, "k" + round + "x");
      try (var lines = process.inputReader()) {
        for (int left = 20 + random.nextInt(200); left > 0; left--) {
          assertThat(lines.readLine()).contains("10.1.");
        }
        process.destroyForcibly().waitFor();
      } finally {
        process.destroyForcibly();
      }
      List<Reservation> all = store.list();
      assertThat(all).isNotEmpty().noneMatch(it -> it.occupant() instanceof Occupant.Unreadable);
      String survivor = "s" + round;
      assertThat(Pools.granted(store.reserve(ReserveRequest.of(nic(survivor), POOL)))).hasSize(2);
      assertThat(store.release(nic(survivor))).hasSize(2);
    }
    for (Reservation one : store.list()) {
      if (one.occupant() instanceof Occupant.Nic(var holder)) {
        store.release(holder, List.of(one.address()));
      }
    }
    assertThat(store.list()).isEmpty();
  }

  private static Process reserver(Path dataDir, String prefix) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx48m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Reserver.class.getName(),
            dataDir.toString(),
            prefix)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
