package dev.patchbay.cli;

import dev.patchbay.cni.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code patchbay get}: lists. */
@Command(
    name = "get",
    header = {"Examples:", "  patchbay get nics -o wide", "  patchbay get networks -o yaml", ""},
    description = "Lists what the agent knows.")
final class GetVerb implements Callable<Integer> {
  private final Surroundings where;

  @Mixin private final CommonOptions common = new CommonOptions();
  @Mixin private final OutputOptions format = new OutputOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "nics|networks", description = "What to list.")
  private String kind = "";

  @Parameters(
      index = "1..*",
      paramLabel = "NAME",
      description = "Only these pods, containers or networks.")
  private List<String> names = List.of();

  @Option(
      names = {"-n", "--namespace"},
      description = "Only of this Kubernetes namespace.",
      defaultValue = "${env:PATCHBAY_NAMESPACE}")
  private @Nullable String namespace;

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "Of all namespaces, which is the default.")
  private boolean all;

  GetVerb(Surroundings where) {
    this.where = where;
  }

  @Override
  public Integer call() {
    switch (kind) {
      case "nics", "nic" -> nics();
      case "networks", "network" -> networks();
      default ->
          throw new ParameterException(
              spec.commandLine(),
              "there are no \"" + kind + "\" to get; there are nics and networks");
    }
    return 0;
  }

  private ObjectNode ask(String verb) {
    ObjectNode request = Json.newObject();
    if (namespace != null && !all) {
      request.put("namespace", namespace);
    }
    return common.agent(where).ask(verb, request);
  }

  private void nics() {
    ObjectNode answer = kept(ask("nics"), nic -> matches(nic));
    if (Shown.asData(answer, format.output, where.out())) {
      return;
    }
    List<JsonNode> nics = Shown.list(answer, "items");
    if (format.output == Output.NAME) {
      nics.forEach(nic -> where.out().println(NicTable.name(nic)));
      return;
    }
    if (nics.isEmpty()) {
      where.err().println("No NICs.");
      return;
    }
    NicTable.print(nics, format, where);
  }

  private boolean matches(JsonNode nic) {
    String pod = Shown.text(nic, "pod");
    return names.stream()
        .anyMatch(name ->
            pod.equals(name)
                || pod.endsWith("/" + name)
                || Shown.text(nic, "container").startsWith(name)
                || NicTable.name(nic).equals(name));
  }

  private interface Wanted {
    boolean test(JsonNode item);
  }

  private ObjectNode kept(ObjectNode answer, Wanted wanted) {
    if (!names.isEmpty()) {
      List<JsonNode> items = Shown.list(answer, "items").stream().filter(wanted::test).toList();
      answer.putArray("items").addAll(items);
    }
    return answer;
  }

  private void networks() {
    ObjectNode answer =
        kept(
            ask("networks"),
            network ->
                names.contains(name(network)) || names.contains(Shown.text(network, "name")));
    if (Shown.asData(answer, format.output, where.out())) {
      return;
    }
    List<JsonNode> networks = Shown.list(answer, "items");
    if (format.output == Output.NAME) {
      networks.forEach(network -> where.out().println(name(network)));
      return;
    }
    if (networks.isEmpty()) {
      where.err().println("No networks.");
    } else {
      networkTable(networks);
    }
    Marks marks = common.marks(where);
    Shown.texts(answer, "problems")
        .forEach(problem -> where.err().println(marks.warn() + " " + problem));
  }

  private void networkTable(List<JsonNode> networks) {
    boolean wide = format.output == Output.WIDE;
    List<String> headers =
        new ArrayList<>(List.of("NAME", "NAMESPACE", "TYPE", "IPAM", "NICS", "FREE", "SOURCE"));
    if (wide) {
      headers.addAll(List.of("FILENAME", "CAPABILITIES", "RANGES", "STALE", "TROUBLE"));
    }
    Table table = new Table(headers, !format.noHeaders);
    for (JsonNode network : networks) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  Shown.text(network, "name"),
                  Shown.text(network, "namespace"),
                  String.join("+", Shown.texts(network, "chain")),
                  Shown.text(network, "ipam"),
                  String.valueOf(network.path("nics").size()),
                  free(network),
                  Shown.text(network, "source")));
      if (wide) {
        row.add(Shown.text(network, "alias"));
        row.add(String.join(",", Shown.texts(network, "capabilities")));
        row.add(
            String.join(
                " ",
                Shown.list(network, "pools").stream()
                    .map(pool -> Shown.text(pool, "ranges"))
                    .toList()));
        row.add(network.has("stale") ? String.valueOf(network.path("stale").size()) : "");
        row.add(Shown.text(network, "trouble"));
      }
      table.row(row);
    }
    table.print(where.out());
  }

  /** Free of all, for each range set. */
  static String free(JsonNode network) {
    return String.join(
        " ",
        Shown.list(network, "pools").stream()
            .map(pool ->
                Shown.text(pool, "trouble").isEmpty()
                    ? Shown.text(pool, "free") + "/" + Shown.text(pool, "total")
                    : "?")
            .toList());
  }

  static String name(JsonNode network) {
    String namespace = Shown.text(network, "namespace");
    return (namespace.isEmpty() ? "" : namespace + "/") + Shown.text(network, "name");
  }
}
