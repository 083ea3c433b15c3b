package dev.patchbay.cli;

import dev.patchbay.cni.json.Json;
import java.io.PrintWriter;
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

/** {@code patchbay describe}: all facts about one thing. */
@Command(
    name = "describe",
    header = {
      "Examples:",
      "  patchbay describe nic demo/web-0:net1",
      "  patchbay describe network blue",
      ""
    },
    description = "Shows everything about a NIC or a network.")
final class DescribeVerb implements Callable<Integer> {
  private final Surroundings where;

  @Mixin private final CommonOptions common = new CommonOptions();
  @Mixin private final OutputOptions format = new OutputOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "nic|network", description = "What kind of thing.")
  private String kind = "";

  @Parameters(
      index = "1",
      paramLabel = "NAME",
      description = "POD[:NIC] or CONTAINER[:NIC]; or a network's name.")
  private String name = "";

  @Option(
      names = {"-n", "--namespace"},
      description = "The Kubernetes namespace.",
      defaultValue = "${env:PATCHBAY_NAMESPACE}")
  private @Nullable String namespace;

  DescribeVerb(Surroundings where) {
    this.where = where;
  }

  @Override
  public Integer call() {
    ObjectNode request = Json.newObject();
    if (namespace != null) {
      request.put("namespace", namespace);
    }
    boolean nic = kind.equals("nic") || kind.equals("nics");
    if (!nic && !kind.equals("network") && !kind.equals("networks")) {
      throw new ParameterException(
          spec.commandLine(), "\"" + kind + "\" cannot be described; a nic or a network can");
    }
    if (nic) {
      int colon = name.indexOf(':');
      request.put("target", colon < 0 ? name : name.substring(0, colon));
      request.put("nic", colon < 0 ? "" : name.substring(colon + 1));
    } else {
      request.put("network", name);
    }
    ObjectNode answer = common.agent(where).ask(nic ? "nic" : "networks", request);
    if (Shown.asData(answer, format.output, where.out())) {
      return 0;
    }
    for (JsonNode item : Shown.list(answer, "items")) {
      if (format.output == Output.NAME) {
        where.out().println(nic ? NicTable.name(item) : GetVerb.name(item));
      } else if (nic) {
        nic(item);
      } else {
        network(item);
      }
    }
    return 0;
  }

  private void fact(String name, String value) {
    if (!value.isEmpty()) {
      PrintWriter out = where.out();
      out.println(
          ("  " + name + " ".repeat(Math.max(1, 14 - name.length())) + value).stripTrailing());
    }
  }

  private void nic(JsonNode nic) {
    Marks marks = common.marks(where);
    PrintWriter out = where.out();
    out.println(NicTable.name(nic));
    fact(
        "state",
        Shown.text(nic, "state") + " for " + Ages.since(Shown.text(nic, "since"), where.clock()));
    fact("network", Shown.text(nic, "network"));
    fact("kind", NicTable.kind(nic));
    fact("asked by", WhyVerb.origin(nic.path("origin")));
    fact("addresses", String.join(", ", Shown.texts(nic, "ips")));
    fact("MAC", Shown.text(nic, "mac"));
    fact("MTU", nic.path("mtu").asInt(0) > 0 ? Shown.text(nic, "mtu") : "");
    fact("host link", Shown.text(nic, "hostLink"));
    fact("namespace", Shown.text(nic, "netns"));
    fact("container", Shown.text(nic, "container"));
    fact("owner", Shown.text(nic, "owner"));
    fact("runtime", Shown.text(nic, "runtime"));
    fact(
        "goes with",
        nic.path("plugged").asBoolean(false)
            ? "patchbay unplug, or the container's last DEL"
            : "its DEL");
    fact("trouble", Shown.text(nic, "trouble"));
    out.println("  plan");
    PlanText.steps(Shown.list(nic, "steps"), 1, true, marks, out);
    List<JsonNode> stories = Shown.list(nic, "stories");
    if (!stories.isEmpty()) {
      out.println("  events");
      stories.forEach(story ->
          out.println(
              "    "
                  + Ages.since(Shown.text(story, "at"), where.clock())
                  + " ago  "
                  + Shown.text(story, "verb")
                  + ": "
                  + Shown.text(story, "outcome")));
    }
    out.println();
  }

  private void network(JsonNode network) {
    PrintWriter out = where.out();
    out.println(GetVerb.name(network));
    fact("type", String.join("+", Shown.texts(network, "chain")));
    fact("IPAM", Shown.text(network, "ipam"));
    fact("source", Shown.text(network, "source"));
    fact("file's name", Shown.text(network, "alias"));
    fact("capabilities", String.join(", ", Shown.texts(network, "capabilities")));
    for (JsonNode pool : Shown.list(network, "pools")) {
      fact(
          "pool",
          Shown.text(pool, "ranges")
              + "  "
              + (Shown.text(pool, "trouble").isEmpty()
                  ? Shown.text(pool, "free") + " of " + Shown.text(pool, "total") + " free"
                  : Shown.text(pool, "trouble")));
    }
    for (JsonNode stale : Shown.list(network, "stale")) {
      fact("stale", ReclaimVerb.line(stale, where));
    }
    fact("trouble", Shown.text(network, "trouble"));
    fact("NICs", String.join(", ", Shown.texts(network, "nics")));
    for (JsonNode plugin : Shown.list(network, "plugins")) {
      fact("plugin", Json.text(plugin));
    }
    out.println();
  }
}
