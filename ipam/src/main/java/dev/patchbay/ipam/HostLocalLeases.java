package dev.patchbay.ipam;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.Lease;
import dev.patchbay.core.plan.LeaseOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.Performers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Does the lease ops of a plan on host-local's folders. Safe for concurrent use. */
public final class HostLocalLeases implements Performers.Leases {
  private final ConcurrentMap<Path, HostLocalStore> stores = new ConcurrentHashMap<>();
  private final DirectoryLock lock;

  /** Opens folders as ops name them. */
  public HostLocalLeases(DirectoryLock lock) {
    this.lock = lock;
  }

  /**
   * The store of a network, one per folder; throws IllegalArgumentException as {@link
   * HostLocalStore} does.
   */
  public HostLocalStore store(Path dataDir, String network) {
    HostLocalStore opened = new HostLocalStore(dataDir, network, lock);
    return stores.computeIfAbsent(opened.folder(), _ -> opened);
  }

  @Override
  public Performed execute(LeaseOp op, Bindings bound) {
    return switch (op) {
      case LeaseOp.Reserve reserve -> reserve(reserve);
      case LeaseOp.Release release -> release(release, bound);
      case LeaseOp.Fixed(var addressing, var ref) -> Performed.yielding(ref, new Lease(addressing));
    };
  }

  private Performed reserve(LeaseOp.Reserve op) {
    LeaseOp.Pool pool = op.pool();
    List<IpAddress> requested = op.requested().stream().map(IpAddress::of).toList();
    try {
      RangeSets ranges = RangeSets.of(pool.sets());
      ReserveRequest request = new ReserveRequest(op.holder(), ranges, requested, pool.sticky());
      return switch (store(Path.of(pool.dataDir()), pool.network()).reserve(request)) {
        case Reserved.Granted(var ips) ->
            Performed.yielding(
                op.lease(), new Lease(new Addressing(ips, pool.routes(), pool.dns())));
        case Reserved.Refused(var why) -> new Performed.Failed(why);
      };
    } catch (IllegalArgumentException e) {
      return new Performed.Failed(invalid(pool, e));
    }
  }

  private Performed release(LeaseOp.Release op, Bindings bound) {
    LeaseOp.Pool pool = op.pool();
    Optional<List<IpAddress>> known = bound.lease(op.lease()).map(HostLocalLeases::addresses);
    try {
      HostLocalStore store = store(Path.of(pool.dataDir()), pool.network());
      if (known.isPresent()) {
        store.release(op.holder(), known.get());
      } else {
        store.release(op.holder());
      }
      return Performed.done();
    } catch (IOException e) {
      return new Performed.Failed(HostLocalStore.storage(Path.of(pool.dataDir()), e));
    } catch (IllegalArgumentException e) {
      return new Performed.Failed(invalid(pool, e));
    }
  }

  private static List<IpAddress> addresses(Lease lease) {
    return lease.addressing().ips().stream()
        .map(ip -> IpAddress.of(ip.address().address()))
        .toList();
  }

  private static AttachFailure invalid(LeaseOp.Pool pool, IllegalArgumentException e) {
    return new AttachFailure.InvalidField(
        "ipam",
        pool.network(),
        "ipam of network \"" + pool.network() + "\": " + e.getMessage(),
        "correct the network's ipam configuration");
  }
}
