package dev.patchbay.bench;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.plan.LeaseOp.Holder;
import dev.patchbay.ipam.DirectoryLock;
import dev.patchbay.ipam.HostLocalStore;
import dev.patchbay.ipam.IpRange;
import dev.patchbay.ipam.RangeSets;
import dev.patchbay.ipam.ReserveRequest;
import dev.patchbay.ipam.Reserved;
import dev.patchbay.linux.libc.FileLock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Addresses from a host-local folder: reservations per second, each a file, under the plugin's own
 * lock.
 */
final class LeaseRate {
  private static final int BATCH = 1000;
  private static final IfName ETH0 = new IfName("eth0");

  private final HostLocalStore store;
  private final RangeSets ranges = RangeSets.of(IpRange.of(Cidr.parse("10.200.0.0/20")));

  LeaseRate(Path leases) {
    DirectoryLock lock =
        folder -> {
          FileLock held =
              FileLock.acquire(folder.resolve(DirectoryLock.FILE), Duration.ofSeconds(10));
          return held::close;
        };
    this.store = new HostLocalStore(leases, "rate", lock);
  }

  /** Reserves and releases in turns for some rounds, the first of which does not count. */
  void measure(int rounds, Report report) {
    var reserve = new Samples();
    var release = new Samples();
    try {
      for (int round = -1; round < rounds; round++) {
        long reserved = reserveAll();
        long released = releaseAll();
        if (round >= 0) {
          reserve.add(reserved);
          release.add(released);
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    report.row(
        "host-local reservations, one thread",
        rate(reserve),
        "≥ 100000/s, of pools",
        "not comparable");
    report.row("host-local releases, one thread", rate(release), "–", "–");
  }

  private long reserveAll() {
    long start = System.nanoTime();
    for (int i = 0; i < BATCH; i++) {
      if (store.reserve(ReserveRequest.of(new Holder("c" + i, ETH0), ranges))
          instanceof Reserved.Refused(var why)) {
        throw new IllegalStateException(why.message());
      }
    }
    return System.nanoTime() - start;
  }

  private long releaseAll() throws IOException {
    List<Holder> holders = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      holders.add(new Holder("c" + i, ETH0));
    }
    long start = System.nanoTime();
    for (Holder holder : holders) {
      store.release(holder);
    }
    return System.nanoTime() - start;
  }

  private static String rate(Samples batches) {
    return String.format(Locale.ROOT, "%.0f/s", BATCH / (batches.p50() / 1000));
  }
}
