package dev.patchbay.cli;

import dev.patchbay.cni.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code patchbay reclaim}: frees addresses that an earlier boot's containers never gave back. */
@Command(
    name = "reclaim",
    header = {"Examples:", "  patchbay reclaim blue", "  patchbay reclaim demo/blue --yes", ""},
    description = "Frees a network's reservations that are older than this boot and not ours.")
final class ReclaimVerb implements Callable<Integer> {
  private final Surroundings where;

  @Mixin private final CommonOptions common = new CommonOptions();
  @Mixin private final OutputOptions format = new OutputOptions();

  @Parameters(index = "0", paramLabel = "NETWORK", description = "[NAMESPACE/]NAME.")
  private String network = "";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  @Option(
      names = {"-n", "--namespace"},
      description = "The Kubernetes namespace of the network's definition.",
      defaultValue = "${env:PATCHBAY_NAMESPACE}")
  private @Nullable String namespace;

  ReclaimVerb(Surroundings where) {
    this.where = where;
  }

  @Override
  public Integer call() {
    ObjectNode stale = ask(request().put("dryRun", true));
    List<JsonNode> listed = items(stale);
    if (listed.isEmpty()) {
      where.err().println("No stale reservations in network " + network + ".");
      show(stale);
      return 0;
    }
    if (!yes) {
      confirm(listed);
    }
    ObjectNode request = request().put("dryRun", false);
    ArrayNode seen = request.putArray("listed");
    for (JsonNode one : listed) {
      ObjectNode entry = seen.addObject();
      List.of("address", "holder", "written").forEach(key -> entry.put(key, Shown.text(one, key)));
    }
    ObjectNode reclaimed = ask(request);
    show(reclaimed);
    int kept = listed.size() - items(reclaimed).size();
    if (kept > 0) {
      where.err().println(kept + " changed since they were listed, and are kept.");
    }
    return 0;
  }

  /** One reservation: its address, who has it, and for how long. */
  static String line(JsonNode reservation, Surroundings where) {
    return Shown.text(reservation, "address")
        + "  "
        + Shown.text(reservation, "holder")
        + "  "
        + Ages.since(Shown.text(reservation, "written"), where.clock());
  }

  private static List<JsonNode> items(ObjectNode answer) {
    return Shown.list(answer, "items");
  }

  private ObjectNode request() {
    ObjectNode request = Json.newObject().put("network", network);
    if (namespace != null) {
      request.put("namespace", namespace);
    }
    return request;
  }

  private ObjectNode ask(ObjectNode request) {
    return common.agent(where).ask("reclaim", request);
  }

  private void confirm(List<JsonNode> stale) {
    where.err().println("This frees in network " + network + ", as they are older than this boot:");
    stale.forEach(one -> where.err().println("  " + line(one, where)));
    Optional<String> said =
        where.isTerminal() ? where.person().apply("Go on? [y/N] ") : Optional.empty();
    if (said.filter(word -> word.strip().toLowerCase(Locale.ROOT).startsWith("y")).isEmpty()) {
      throw new CommandFailure(
          said.isEmpty() ? CommandFailure.USAGE : CommandFailure.FAILED,
          "nothing was reclaimed",
          "patchbay reclaim "
              + network
              + (namespace == null ? "" : " --namespace " + namespace)
              + " --yes");
    }
  }

  private void show(ObjectNode answer) {
    if (Shown.asData(answer, format.output, where.out())) {
      return;
    }
    List<JsonNode> items = items(answer);
    if (format.output == Output.NAME) {
      items.forEach(one -> where.out().println(Shown.text(one, "address")));
      return;
    }
    if (items.isEmpty()) {
      return;
    }
    Table table =
        new Table(List.of("ADDRESS", "HOLDER", "AGE", "NETWORK", "STATE"), !format.noHeaders);
    for (JsonNode one : items) {
      table.row(
          List.of(
              Shown.text(one, "address"),
              Shown.text(one, "holder"),
              Ages.since(Shown.text(one, "written"), where.clock()),
              Shown.text(one, "network"),
              Shown.text(one, "state")));
    }
    table.print(where.out());
  }
}
