package dev.patchbay.core.plan;

import dev.patchbay.core.nic.AddressRange;
import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Route;
import java.net.InetAddress;
import java.util.List;

/**
 * Addresses: reserved before a link needs them, released after it is gone. Planning never reserves
 * anything.
 */
public sealed interface LeaseOp extends Op {
  /**
   * Takes one address of each range set, all or none.
   *
   * @param pool where from
   * @param holder who will have it
   * @param requested addresses asked for by name; each takes the place of the free choice in the
   *     set that holds it
   * @param lease what was taken, with the routes and DNS of the pool
   */
  record Reserve(Pool pool, Holder holder, List<InetAddress> requested, Ref<Lease> lease)
      implements LeaseOp {
    /** Copies the list. */
    public Reserve {
      requested = List.copyOf(requested);
    }
  }

  /**
   * Gives back whatever the holder has in the pool; nothing is success.
   *
   * @param pool where it was taken from
   * @param holder who had it
   * @param lease what it was, where known: saves a scan of the pool
   */
  record Release(Pool pool, Holder holder, Ref<Lease> lease) implements LeaseOp {}

  /**
   * Addresses that the definition itself names (ipam {@code static}); nothing is reserved.
   *
   * @param addressing the addresses
   * @param lease the same, for the ops that follow
   */
  record Fixed(Addressing addressing, Ref<Lease> lease) implements LeaseOp {}

  /**
   * A pool on disk in host-local's format.
   *
   * @param network the pool's name, a folder below dataDir
   * @param dataDir absolute path
   * @param sets one address is taken of each set
   * @param routes given to every NIC of the pool
   * @param dns given to every NIC of the pool
   * @param sticky whether a lease outlives the boot, and goes to the next incarnation of its
   *     owner's NIC
   */
  record Pool(
      String network,
      String dataDir,
      List<List<AddressRange>> sets,
      List<Route> routes,
      Dns dns,
      boolean sticky) {
    /** Copies the lists. */
    public Pool {
      sets = sets.stream().map(List::copyOf).toList();
      routes = List.copyOf(routes);
    }

    /** A pool whose leases die with the boot, as the kernel's links do. */
    public Pool(
        String network,
        String dataDir,
        List<List<AddressRange>> sets,
        List<Route> routes,
        Dns dns) {
      this(network, dataDir, sets, routes, dns, false);
    }
  }

  /**
   * Who holds a reservation, as host-local writes it.
   *
   * @param containerId the CNI container ID
   * @param ifName the interface
   */
  record Holder(String containerId, IfName ifName) {}
}
