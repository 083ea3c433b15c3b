package dev.patchbay.agent.api;

import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.reconcile.Edges;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.conf.PluginConf;
import dev.patchbay.cni.json.Json;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.LeaseOp;
import dev.patchbay.ipam.HostLocalLeases;
import dev.patchbay.ipam.RangeSet;
import dev.patchbay.ipam.RangeSets;
import dev.patchbay.ipam.Reservation;
import dev.patchbay.ipam.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code get networks} and {@code describe network}: what can be asked for by name, and what NICs
 * have that nobody can name any more or that only a runtime's configuration has.
 *
 * @param config where definitions are
 * @param edges the pools
 * @param journal who uses what
 * @param reservations what an earlier boot left in the pools
 */
record NetworksVerb(
    AgentConfig config, Edges edges, Journal journal, StaleReservations reservations)
    implements Verb {
  @Override
  public ObjectNode answer(Ask ask) {
    Optional<String> name = ask.fields().filled("network");
    Optional<String> namespace = ask.fields().filled("namespace");
    NetworkCatalog catalog = NetworkCatalog.read(config);
    List<NicRecord> nics = Targets.nics(journal.all());
    List<KnownNetwork> networks =
        KnownNetwork.all(catalog, nics, edges.vpcs()).stream()
            .filter(network -> namespace.map(network.namespace()::equals).orElse(true))
            .toList();
    if (name.isPresent()) {
      networks = KnownNetwork.named(name.get(), networks);
    }
    List<ObjectNode> items = networks.stream().map(network -> item(network, nics)).toList();
    ObjectNode answer = Answers.list("NetworkList", items);
    Answers.texts(answer, "problems", catalog.problems());
    return answer;
  }

  private ObjectNode item(KnownNetwork network, List<NicRecord> nics) {
    ObjectNode item =
        Json.newObject()
            .put("name", network.name())
            .put("namespace", network.namespace())
            .put("alias", network.alias())
            .put("source", network.source())
            .put("trouble", network.trouble());
    if (network.conf().isPresent()) {
      addConf(item, network.conf().get());
    } else if (network.attachment().isPresent()) {
      Attachment attachment = network.attachment().get();
      Answers.texts(item, "chain", attachment.chain().stream().map(NicView::type).toList());
      item.put("ipam", ipam(attachment));
    }
    network.attachment().ifPresent(attachment -> addUse(item, network, attachment, nics));
    return item;
  }

  private static void addConf(ObjectNode item, NetworkConf conf) {
    Answers.texts(item, "chain", conf.plugins().stream().map(PluginConf::type).toList());
    item.put("ipam", conf.plugins().getFirst().json().path("ipam").path("type").asString(""));
    Answers.texts(item, "capabilities", conf.capabilities().stream().sorted().toList());
    ArrayNode plugins = item.putArray("plugins");
    conf.plugins().forEach(plugin -> plugins.add(Masked.conf(plugin.json())));
  }

  private void addUse(
      ObjectNode item, KnownNetwork network, Attachment attachment, List<NicRecord> nics) {
    ArrayNode users = item.putArray("nics");
    nics.stream()
        .filter(nic -> nic.planned().attachment().network().equals(attachment.network()))
        .map(nic -> nic.caller().pod().orElse(nic.key().incarnation()) + ":" + nic.key().nic())
        .forEach(users::add);
    ArrayNode pools = item.putArray("pools");
    if (edges.leases() instanceof HostLocalLeases leases) {
      network.pools().forEach(pool -> pools(pool, leases).forEach(pools::add));
    }
    ArrayNode stale = item.putArray("stale");
    for (LeaseOp.Pool pool : StaleReservations.folders(List.of(network))) {
      try {
        reservations.in(pool).stream().map(StaleReservations::view).forEach(stale::add);
      } catch (IOException e) {
        item.put("trouble", e.toString());
      }
    }
  }

  private List<ObjectNode> pools(LeaseOp.Pool pool, HostLocalLeases leases) {
    RangeSets sets = RangeSets.of(pool.sets());
    try {
      List<Usage> usage = leases.store(Path.of(pool.dataDir()), pool.network()).usage(sets);
      List<Reservation> stale = reservations.in(pool);
      List<ObjectNode> all = new ArrayList<>();
      for (int i = 0; i < usage.size(); i++) {
        RangeSet set = sets.sets().get(i);
        all.add(
            Json.newObject()
                .put("ranges", set.toString())
                .put("total", usage.get(i).total())
                .put("taken", usage.get(i).taken())
                .put("free", usage.get(i).free())
                .put("stale", stale.stream().filter(one -> set.contains(one.address())).count()));
      }
      return all;
    } catch (IOException e) {
      return List.of(Json.newObject().put("ranges", sets.toString()).put("trouble", e.toString()));
    }
  }

  private static String ipam(Attachment attachment) {
    if (attachment.chain().getFirst() instanceof Attachment.Member.Native(_, var ipam, _, _)) {
      return switch (ipam) {
        case Attachment.Ipam.None() -> "";
        case Attachment.Ipam.HostLocal _ -> "host-local";
        case Attachment.Ipam.Static _ -> "static";
        case Attachment.Ipam.Port(_, _, var subnet, _, _, _, _, _) -> "subnet " + subnet;
        case Attachment.Ipam.Exec(var type, _) -> type;
      };
    }
    return "";
  }
}
