package dev.patchbay.agent.api;

import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.reconcile.Edges;
import dev.patchbay.agent.resolve.Asked;
import dev.patchbay.agent.resolve.Resolver;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.conf.PluginConf;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.skel.CniArgs;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.NicRequest;
import dev.patchbay.core.nic.Origin;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.LeaseOp;
import dev.patchbay.ipam.HostLocalLeases;
import dev.patchbay.ipam.RangeSets;
import dev.patchbay.ipam.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
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
 */
record NetworksVerb(AgentConfig config, Edges edges, Journal journal) implements Verb {
  private static final String OF_RUNTIME = "a runtime's configuration";

  @Override
  public ObjectNode answer(Ask ask) {
    Optional<String> name = ask.fields().filled("network");
    Optional<String> namespace = ask.fields().filled("namespace");
    NetworkCatalog catalog = NetworkCatalog.read(config);
    List<ObjectNode> items =
        all(catalog).stream()
            .filter(
                item -> namespace.map(item.path("namespace").stringValue()::equals).orElse(true))
            .toList();
    if (name.isPresent()) {
      items = named(name.get(), items);
    }
    ObjectNode answer = Answers.list("NetworkList", items);
    Answers.texts(answer, "problems", catalog.problems());
    return answer;
  }

  private static List<ObjectNode> named(String name, List<ObjectNode> all) {
    List<ObjectNode> found =
        all.stream()
            .filter(
                item -> List.of(key(item), text(item, "name"), text(item, "alias")).contains(name))
            .toList();
    if (found.isEmpty()) {
      List<String> known = all.stream().map(NetworksVerb::key).distinct().sorted().toList();
      List<String> nearest = Nearest.to(name, known);
      throw new Refusal(
          "no network \""
              + name
              + "\""
              + (nearest.isEmpty()
                  ? "; known are " + (known.isEmpty() ? "none" : String.join(", ", known))
                  : "; did you mean " + String.join(" or ", nearest) + "?"),
          "patchbay get networks");
    }
    return found;
  }

  private static String key(ObjectNode item) {
    String namespace = text(item, "namespace");
    return namespace.isEmpty() ? text(item, "name") : namespace + "/" + text(item, "name");
  }

  private static String text(ObjectNode item, String key) {
    return item.path(key).stringValue("");
  }

  private List<ObjectNode> all(NetworkCatalog catalog) {
    List<NicRecord> nics = Targets.nics(journal.all());
    List<ObjectNode> items = new ArrayList<>();
    List<String> defined = new ArrayList<>();
    for (NetworkCatalog.Entry entry : catalog.entries()) {
      items.add(item(entry, nics));
      entry.conf().ifPresent(conf -> defined.add(conf.name().value()));
    }
    nics.stream()
        .map(nic -> nic.planned().attachment())
        .filter(attachment -> !defined.contains(attachment.network()))
        .filter(attachment -> defined.add(attachment.network()))
        .forEach(attachment -> items.add(item(attachment, nics)));
    items.sort(Comparator.comparing(NetworksVerb::key));
    return items;
  }

  private ObjectNode item(NetworkCatalog.Entry entry, List<NicRecord> nics) {
    ObjectNode item = head(entry.namespace(), entry.name(), entry.alias(), entry.source());
    item.put("trouble", entry.trouble());
    if (entry.conf().isEmpty()) {
      return item;
    }
    NetworkConf conf = entry.conf().get();
    Answers.texts(item, "chain", conf.plugins().stream().map(PluginConf::type).toList());
    item.put("ipam", conf.plugins().getFirst().json().path("ipam").path("type").asString(""));
    Answers.texts(item, "capabilities", conf.capabilities().stream().sorted().toList());
    ArrayNode plugins = item.putArray("plugins");
    conf.plugins().forEach(plugin -> plugins.add(Masked.conf(plugin.json())));
    try {
      addUse(item, resolved(conf), nics);
    } catch (CniException e) {
      item.put("trouble", e.error().msg());
    }
    return item;
  }

  private ObjectNode item(Attachment attachment, List<NicRecord> nics) {
    ObjectNode item = head("", attachment.network(), "", OF_RUNTIME);
    item.put("trouble", "");
    Answers.texts(item, "chain", attachment.chain().stream().map(NicView::type).toList());
    item.put("ipam", ipam(attachment));
    addUse(item, attachment, nics);
    return item;
  }

  private static ObjectNode head(String namespace, String name, String alias, String source) {
    return Json.newObject()
        .put("name", name)
        .put("namespace", namespace)
        .put("alias", alias)
        .put("source", source);
  }

  private static Attachment resolved(NetworkConf conf) {
    Origin origin = new Origin("cli", "patchbay get networks", conf.name().value());
    IfName any = new IfName("net1");
    return new Resolver(true, CniArgs.NONE, _ -> {})
        .resolve(
            new Asked(NicRequest.of(conf.name().value(), Optional.of(any), origin), any, conf));
  }

  private void addUse(ObjectNode item, Attachment attachment, List<NicRecord> nics) {
    ArrayNode users = item.putArray("nics");
    nics.stream()
        .filter(nic -> nic.planned().attachment().network().equals(attachment.network()))
        .map(nic -> nic.caller().pod().orElse(nic.key().incarnation()) + ":" + nic.key().nic())
        .forEach(users::add);
    ArrayNode pools = item.putArray("pools");
    for (Attachment.Member member : attachment.chain()) {
      if (member
              instanceof Attachment.Member.Native(_, Attachment.Ipam.HostLocal(var pool, _), _, _)
          && edges.leases() instanceof HostLocalLeases leases) {
        pools(pool, leases).forEach(pools::add);
      }
    }
  }

  private static List<ObjectNode> pools(LeaseOp.Pool pool, HostLocalLeases leases) {
    RangeSets sets = RangeSets.of(pool.sets());
    try {
      List<Usage> usage = leases.store(Path.of(pool.dataDir()), pool.network()).usage(sets);
      List<ObjectNode> all = new ArrayList<>();
      for (int i = 0; i < usage.size(); i++) {
        all.add(
            Json.newObject()
                .put("ranges", sets.sets().get(i).toString())
                .put("total", usage.get(i).total())
                .put("taken", usage.get(i).taken())
                .put("free", usage.get(i).free()));
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
        case Attachment.Ipam.Exec(var type, _) -> type;
      };
    }
    return "";
  }
}
