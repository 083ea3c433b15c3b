package dev.patchbay.agent.api;

import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.core.plan.LeaseOp;
import dev.patchbay.ipam.Reservation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code reclaim}: frees the addresses of one network that an earlier boot's containers, of
 * whatever runtime or plugin, never gave back.
 *
 * @param config where definitions are
 * @param journal which networks are in use
 * @param reservations finds and removes them
 */
record ReclaimVerb(AgentConfig config, Journal journal, StaleReservations reservations)
    implements Verb {
  private record Listed(String address, String holder, String written) {}

  @Override
  public ObjectNode answer(Ask ask) {
    List<KnownNetwork> networks = networks(ask.fields());
    boolean isDryRun = ask.fields().flag("dryRun");
    Optional<Set<Listed>> listed = listed(ask.fields());
    List<ObjectNode> items = new ArrayList<>();
    for (LeaseOp.Pool pool : StaleReservations.folders(networks)) {
      for (Reservation one : reclaimed(pool, listed, isDryRun)) {
        items.add(
            StaleReservations.view(one)
                .put("network", networks.getFirst().key())
                .put("state", isDryRun ? "Stale" : "Reclaimed"));
      }
    }
    return Answers.list("ReservationList", items);
  }

  private List<Reservation> reclaimed(
      LeaseOp.Pool pool, Optional<Set<Listed>> listed, boolean isDryRun) {
    try {
      List<Reservation> stale =
          reservations.in(pool).stream()
              .filter(one -> listed.map(seen -> seen.contains(listed(one))).orElse(true))
              .toList();
      return isDryRun ? stale : reservations.reclaim(pool, stale);
    } catch (IOException e) {
      throw new Refusal(
          "pool of network \"" + pool.network() + "\": " + e,
          "ls -l " + pool.dataDir() + "/" + pool.network());
    }
  }

  private static Listed listed(Reservation one) {
    return new Listed(
        one.address().toString(), one.occupant().toString(), one.written().toString());
  }

  /** What the person has seen; absent for whoever takes all. */
  private static Optional<Set<Listed>> listed(Fields ask) {
    return ask.mentions("listed")
        ? Optional.of(
            ask.objects("listed").stream()
                .map(one ->
                    new Listed(
                        one.required("address"), one.required("holder"), one.required("written")))
                .collect(Collectors.toSet()))
        : Optional.empty();
  }

  private List<KnownNetwork> networks(Fields ask) {
    String name = ask.required("network");
    Optional<String> namespace = ask.filled("namespace");
    List<KnownNetwork> known =
        KnownNetwork.all(
                NetworkCatalog.read(config),
                Targets.nics(journal.all()),
                reservations.edges().vpcs())
            .stream()
            .filter(one -> namespace.map(one.namespace()::equals).orElse(true))
            .toList();
    List<KnownNetwork> found = KnownNetwork.named(name, known);
    List<KnownNetwork> exact = found.stream().filter(one -> one.key().equals(name)).toList();
    List<KnownNetwork> meant = exact.isEmpty() ? found : exact;
    List<String> keys = meant.stream().map(KnownNetwork::key).distinct().toList();
    if (keys.size() > 1) {
      throw new Refusal(
          "\"" + name + "\" may be " + String.join(" or ", keys) + "; write the whole name",
          "patchbay get networks");
    }
    meant.stream()
        .filter(one -> !one.trouble().isEmpty())
        .findFirst()
        .ifPresent(one -> {
          throw new Refusal(
              "network \"" + one.key() + "\" cannot be read: " + one.trouble(),
              "patchbay describe network " + one.key());
        });
    return meant;
  }
}
