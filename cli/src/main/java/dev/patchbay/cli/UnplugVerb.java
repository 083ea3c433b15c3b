package dev.patchbay.cli;

import dev.patchbay.cni.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

/** {@code patchbay unplug}: takes one NIC from a running container. */
@Command(
    name = "unplug",
    header = {
      "Examples:",
      "  patchbay unplug demo/web-0 eth1",
      "  patchbay unplug 4f2c net1 --yes",
      ""
    },
    description = "Unplugs a NIC of a running container, whoever plugged it.")
final class UnplugVerb implements Callable<Integer> {
  private final Surroundings where;

  @Mixin private final CommonOptions common = new CommonOptions();
  @Mixin private final OutputOptions format = new OutputOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      paramLabel = "POD",
      description = "[NAMESPACE/]NAME, or a container ID or its beginning.")
  private String target = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NIC",
      description = "The interface's name.")
  private @Nullable String nic;

  @Option(names = "--name", paramLabel = "NIC", description = "The same, as plug takes it.")
  private @Nullable String name;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  @Option(names = "--force", description = "Even the primary NIC.")
  private boolean force;

  @Option(names = "--dry-run", description = "Say what would be unplugged, do nothing.")
  private boolean dryRun;

  @Option(
      names = {"-n", "--namespace"},
      description = "The Kubernetes namespace of the pod.",
      defaultValue = "${env:PATCHBAY_NAMESPACE}")
  private @Nullable String namespace;

  UnplugVerb(Surroundings where) {
    this.where = where;
  }

  @Override
  public Integer call() {
    if (!yes && !dryRun) {
      confirm(items(ask(true)));
    }
    ObjectNode answer = ask(dryRun);
    if (Shown.asData(answer, format.output, where.out())) {
      return 0;
    }
    if (format.output == Output.NAME) {
      items(answer).forEach(nic -> where.out().println(NicTable.name(nic)));
    } else {
      NicTable.print(items(answer), format, where);
    }
    return 0;
  }

  private static List<JsonNode> items(ObjectNode answer) {
    return Shown.list(answer, "items");
  }

  private ObjectNode ask(boolean onlyLook) {
    ObjectNode request =
        Json.newObject()
            .put("target", target)
            .put("nic", wanted())
            .put("force", force)
            .put("dryRun", onlyLook);
    if (namespace != null) {
      request.put("namespace", namespace);
    }
    return common.agent(where).ask("unplug", request);
  }

  private String wanted() {
    String wanted = nic != null ? nic : name;
    if (wanted == null || (name != null && !wanted.equals(name))) {
      throw new ParameterException(spec.commandLine(), "name one NIC, such as eth1");
    }
    return wanted;
  }

  private void confirm(List<JsonNode> nics) {
    for (JsonNode one : nics) {
      where
          .err()
          .println(
              "This unplugs "
                  + NicTable.name(one)
                  + " from network "
                  + Shown.text(one, "network")
                  + " and releases "
                  + (one.path("ips").isEmpty()
                      ? "no address"
                      : String.join(", ", Shown.texts(one, "ips")))
                  + ".");
    }
    Optional<String> said =
        where.isTerminal() ? where.person().apply("Go on? [y/N] ") : Optional.empty();
    if (said.filter(word -> word.strip().toLowerCase(Locale.ROOT).startsWith("y")).isEmpty()) {
      throw new CommandFailure(
          said.isEmpty() ? CommandFailure.USAGE : CommandFailure.FAILED,
          "nothing was unplugged",
          "patchbay unplug " + target + " " + wanted() + (force ? " --force" : "") + " --yes");
    }
  }
}
