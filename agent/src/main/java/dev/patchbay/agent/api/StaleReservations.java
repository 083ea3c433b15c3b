package dev.patchbay.agent.api;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.reconcile.Edges;
import dev.patchbay.cni.json.Json;
import dev.patchbay.core.plan.Lease;
import dev.patchbay.core.plan.LeaseOp;
import dev.patchbay.ipam.HostLocalLeases;
import dev.patchbay.ipam.HostLocalStore;
import dev.patchbay.ipam.IpAddress;
import dev.patchbay.ipam.Reservation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reservations that an earlier boot left in a pool and that are not of a NIC in the journal. Those
 * in the journal are recovery's business, and some of them, sticky ones, are meant to stay.
 *
 * @param edges the pools
 * @param journal whose reservations are ours
 * @param boot when this kernel started, by the host's clock
 */
record StaleReservations(Edges edges, Journal journal, Instant boot) {
  /** One pool of each folder: networks may share one. */
  static Collection<LeaseOp.Pool> folders(Collection<KnownNetwork> networks) {
    Map<Path, LeaseOp.Pool> folders = new LinkedHashMap<>();
    networks.stream()
        .flatMap(network -> network.pools().stream())
        .forEach(pool ->
            folders.putIfAbsent(Path.of(pool.dataDir()).normalize().resolve(pool.network()), pool));
    return folders.values();
  }

  /** Those of the pool's folder, also outside its ranges, in order of address. */
  List<Reservation> in(LeaseOp.Pool pool) throws IOException {
    Optional<HostLocalStore> store = store(pool);
    return store.isEmpty() ? List.of() : strangers(pool, store.get().staleSince(boot));
  }

  /**
   * Removes those that are still as they were listed, and still nobody's in the journal.
   *
   * @return what was removed
   */
  List<Reservation> reclaim(LeaseOp.Pool pool, List<Reservation> listed) throws IOException {
    Optional<HostLocalStore> store = store(pool);
    return store.isEmpty() ? List.of() : store.get().reclaim(strangers(pool, listed));
  }

  /** As answers show one. */
  static ObjectNode view(Reservation reservation) {
    return Json.newObject()
        .put("address", reservation.address().toString())
        .put("holder", reservation.occupant().toString())
        .put("written", reservation.written().toString());
  }

  private Optional<HostLocalStore> store(LeaseOp.Pool pool) {
    return edges.leases() instanceof HostLocalLeases leases
        ? Optional.of(leases.store(Path.of(pool.dataDir()), pool.network()))
        : Optional.empty();
  }

  /** The address counts too: a file that cannot be read names no holder. */
  private List<Reservation> strangers(LeaseOp.Pool pool, List<Reservation> all) {
    List<NicRecord> nics = all.isEmpty() ? List.of() : journal.all();
    Set<LeaseOp.Holder> holders =
        nics.stream()
            .map(nic -> new LeaseOp.Holder(nic.key().incarnation(), nic.key().nic()))
            .collect(Collectors.toSet());
    Set<IpAddress> addresses =
        nics.stream()
            .filter(nic -> nic.planned().attachment().network().equals(pool.network()))
            .flatMap(nic -> nic.bound().values().values().stream())
            .filter(Lease.class::isInstance)
            .flatMap(lease -> ((Lease) lease).addressing().ips().stream())
            .map(ip -> IpAddress.of(ip.address().address()))
            .collect(Collectors.toSet());
    return all.stream()
        .filter(one -> !addresses.contains(one.address()))
        .filter(one -> holders.stream().noneMatch(one.occupant()::isFor))
        .toList();
  }
}
