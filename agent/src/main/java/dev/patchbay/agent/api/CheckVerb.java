package dev.patchbay.agent.api;

import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.reconcile.Edges;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.libcni.PluginSearch;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.core.plan.LeaseOp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** {@code check}: what the agent can say about itself and its folders. */
final class CheckVerb implements Verb {
  private final AgentConfig config;
  private final Edges edges;
  private final Journal journal;
  private final StaleReservations reservations;

  CheckVerb(AgentConfig config, Edges edges, Journal journal, StaleReservations reservations) {
    this.config = config;
    this.edges = edges;
    this.journal = journal;
    this.reservations = reservations;
  }

  @Override
  public ObjectNode answer(Ask ask) {
    List<ObjectNode> items = new ArrayList<>();
    items.add(journal());
    items.add(writable("state folder", config.stateDir()));
    items.add(spool());
    items.add(ownPlugins());
    items.add(delegates());
    NetworkCatalog catalog = NetworkCatalog.read(config);
    items.add(networks(catalog));
    items.add(reservations(catalog));
    items.add(nics());
    items.add(orphans());
    return Answers.list("CheckList", items);
  }

  private static ObjectNode item(String component, String status, String detail, String next) {
    return Json.newObject()
        .put("component", component)
        .put("status", status)
        .put("detail", detail)
        .put("next", next);
  }

  private static ObjectNode ok(String component, String detail) {
    return item(component, "ok", detail, "");
  }

  private ObjectNode journal() {
    return journal
        .quarantined()
        .map(aside ->
            item(
                "journal",
                "warn",
                "was damaged and begun anew: NICs of before are not in \"get nics\", and their DEL goes by"
                    + " its configuration alone",
                "rm " + aside + " (once every pod and container of before is gone)"))
        .orElseGet(() -> ok("journal", config.journal() + ": " + journal.all().size() + " NICs"));
  }

  private static ObjectNode writable(String component, Path folder) {
    return Files.isWritable(folder)
        ? ok(component, folder + " is writable")
        : item(component, "fail", folder + " is not writable", "ls -ld " + folder);
  }

  private ObjectNode spool() {
    try (Stream<Path> files = Files.list(config.spool())) {
      List<String> names = files.map(file -> String.valueOf(file.getFileName())).toList();
      long odd = names.stream().filter(name -> name.endsWith(".unreadable")).count();
      long waiting = names.stream().filter(name -> name.endsWith(".req")).count();
      return odd > 0
          ? item(
              "spool",
              "warn",
              config.spool() + ": " + odd + " DELs could not be read",
              "ls -l " + config.spool())
          : writable("spool", config.spool()).put("waiting", waiting);
    } catch (IOException e) {
      return item("spool", "fail", e.toString(), "ls -ld " + config.spool());
    }
  }

  private ObjectNode ownPlugins() {
    List<String> present =
        new PluginSearch(Path.of("/"), java.util.Set.of())
            .present(List.of(config.binDir().toString()));
    return present.contains("patchbay")
        ? ok("our plugin folder", config.binDir() + ": " + String.join(", ", present))
        : item(
            "our plugin folder",
            "warn",
            config.binDir() + " has no plugin \"patchbay\"; a runtime must find the shim under it",
            "ls -l " + config.binDir());
  }

  private ObjectNode delegates() {
    List<String> folders = config.delegateDirs().stream().map(Path::toString).toList();
    PluginSearch search = PluginSearch.excluding(config.binDir());
    List<String> present = search.present(folders);
    String where = String.join(", ", search.folders(folders));
    return present.isEmpty()
        ? item(
            "other plugins",
            "warn",
            "none in " + where + "; only our own kinds can be had",
            "apt install containernetworking-plugins")
        : ok("other plugins", where + ": " + String.join(", ", present));
  }

  private ObjectNode networks(NetworkCatalog catalog) {
    List<String> problems = new ArrayList<>(catalog.problems());
    catalog.entries().stream()
        .map(NetworkCatalog.Entry::trouble)
        .filter(trouble -> !trouble.isEmpty())
        .forEach(problems::add);
    String where = config.networkDefinitions() + ", " + config.confDir();
    return problems.isEmpty()
        ? ok("networks", where + ": " + catalog.entries().size() + " can be named")
        : item("networks", "fail", String.join("; ", problems), "patchbay get networks");
  }

  private ObjectNode reservations(NetworkCatalog catalog) {
    List<KnownNetwork> networks =
        KnownNetwork.all(catalog, Targets.nics(journal.all()), edges.vpcs());
    List<String> found = new ArrayList<>();
    Optional<String> first = Optional.empty();
    int count = 0;
    for (LeaseOp.Pool pool : StaleReservations.folders(networks)) {
      try {
        int stale = reservations.in(pool).size();
        if (stale > 0) {
          String network = keyOf(pool, networks);
          found.add(network + " has " + stale);
          first = first.or(() -> Optional.of(network));
          count += stale;
        }
      } catch (IOException e) {
        return item(
            "reservations",
            "fail",
            "pool of network \"" + pool.network() + "\": " + e,
            "ls -l " + pool.dataDir() + "/" + pool.network());
      }
    }
    return first.isEmpty()
        ? ok("reservations", "none is older than this boot")
        : item(
            "reservations",
            "fail",
            count
                + (count == 1 ? " stale reservation" : " stale reservations")
                + ", older than this boot and of no NIC of ours: "
                + String.join(", ", found),
            "patchbay reclaim " + first.get());
  }

  private static String keyOf(LeaseOp.Pool pool, List<KnownNetwork> networks) {
    return networks.stream()
        .filter(network -> network.pools().contains(pool))
        .map(KnownNetwork::key)
        .findFirst()
        .orElse(pool.network());
  }

  private ObjectNode nics() {
    List<NicRecord> failed =
        journal.all().stream().filter(nic -> nic.state() == NicState.FAILED).toList();
    return failed.isEmpty()
        ? ok("NICs", "none is left behind")
        : item(
            "NICs",
            "fail",
            failed.stream()
                .map(nic -> name(nic) + ": " + nic.trouble().orElse("left behind"))
                .collect(Collectors.joining("; ")),
            "patchbay why " + pod(failed.getFirst()));
  }

  private ObjectNode orphans() {
    List<NicRecord> orphans =
        journal.all().stream()
            .filter(nic ->
                nic.state() == NicState.ATTACHED
                    && edges.host().identify(nic.netns()) instanceof HostObserver.Identity.Gone)
            .toList();
    return orphans.isEmpty()
        ? ok("namespaces", "every attached NIC's is there")
        : item(
            "namespaces",
            "warn",
            "gone, but no DEL has come: "
                + orphans.stream().map(CheckVerb::name).collect(Collectors.joining(", ")),
            "patchbay describe nic " + pod(orphans.getFirst()));
  }

  private static String pod(NicRecord nic) {
    return nic.caller().pod().orElse(nic.key().incarnation());
  }

  private static String name(NicRecord nic) {
    return pod(nic) + ":" + nic.key().nic();
  }
}
