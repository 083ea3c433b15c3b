package dev.patchbay.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.spi.ToolProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code patchbay agent}: the daemon, in the foreground. */
@Command(
    name = "agent",
    header = {
      "Examples:",
      "  sudo patchbay agent",
      "  sudo patchbay agent --config /etc/patchbay/agent.yaml",
      ""
    },
    description =
        "Runs the node agent in the foreground; it says \"ready\" when ADDs are answered.")
final class AgentVerb implements Callable<Integer> {
  private final Surroundings where;

  @Mixin final HelpOption help = new HelpOption();

  @Option(names = "--config", paramLabel = "FILE", defaultValue = "${env:PATCHBAY_CONFIG}")
  private String config = "";

  @Option(
      names = "--in-cluster",
      description = "work for the Kubernetes cluster whose pod this is, by its service account")
  private boolean inCluster;

  @Parameters(hidden = true)
  private List<String> rest = List.of();

  AgentVerb(Surroundings where) {
    this.where = where;
  }

  @Override
  public Integer call() {
    ToolProvider agent =
        ToolProvider.findFirst("patchbay-agent")
            .orElseThrow(() ->
                new CommandFailure(
                    CommandFailure.FAILED,
                    "this installation has no agent",
                    "install the whole distribution"));
    List<String> args = new ArrayList<>(rest);
    if (config != null && !config.isEmpty()) {
      args.addAll(List.of("--config", config));
    }
    if (inCluster) {
      args.add("--in-cluster");
    }
    return agent.run(where.out(), where.err(), args.toArray(String[]::new));
  }
}
