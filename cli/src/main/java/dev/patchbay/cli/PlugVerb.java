package dev.patchbay.cli;

import dev.patchbay.cni.json.Json;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.IpText;
import dev.patchbay.core.nic.MacAddress;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code patchbay plug}: one more NIC for a running container. */
@Command(
    name = "plug",
    header = {
      "Examples:",
      "  patchbay plug demo/web-0 --network blue --name eth1",
      "  patchbay plug --netns /run/netns/lab --container-id lab --network blue --dry-run",
      ""
    },
    description = "Plugs a network into a running container and shows the new NIC.")
final class PlugVerb implements Callable<Integer> {
  private final Surroundings where;

  @Mixin private final CommonOptions common = new CommonOptions();
  @Mixin private final OutputOptions format = new OutputOptions();
  @Mixin private final TargetOptions target = new TargetOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--network",
      required = true,
      paramLabel = "[NAMESPACE/]NAME[@IF]",
      description = "See: patchbay get networks.")
  private String network = "";

  @Option(
      names = "--name",
      paramLabel = "IF",
      description = "The interface's name. Default: the next free net<n>, under Genie eth<n>.")
  private @Nullable String name;

  @Option(
      names = "--ip",
      paramLabel = "IP",
      description =
          "An address, with or without prefix; may be repeated. The network needs the"
              + " capability \"ips\".")
  private List<String> ips = List.of();

  @Option(
      names = "--mac",
      paramLabel = "MAC",
      description = "The Ethernet address. The network needs the capability \"mac\".")
  private @Nullable String mac;

  @Option(names = "--dry-run", description = "Show the plan, do nothing.")
  private boolean dryRun;

  PlugVerb(Surroundings where) {
    this.where = where;
  }

  @Override
  public Integer call() {
    ObjectNode answer = common.agent(where).ask("plug", request());
    Marks marks = common.marks(where);
    Shown.texts(answer, "warnings")
        .forEach(warning -> where.err().println(marks.warn() + " " + warning));
    if (Shown.asData(answer, format.output, where.out())) {
      return 0;
    }
    if (dryRun) {
      PlanText.print(answer, format.output == Output.WIDE, marks, where.out());
      return 0;
    }
    List<JsonNode> nics = Shown.list(answer, "items");
    if (format.output == Output.NAME) {
      nics.forEach(nic -> where.out().println(NicTable.name(nic)));
    } else {
      NicTable.print(nics, format, where);
    }
    return 0;
  }

  private ObjectNode request() {
    ObjectNode request = Json.newObject().put("network", network).put("dryRun", dryRun);
    target.into(request, spec);
    if (name != null) {
      request.put("ifName", checked("--name", name, text -> new IfName(text).value()));
    }
    if (mac != null) {
      request.put("mac", checked("--mac", mac, text -> new MacAddress(text).value()));
    }
    ArrayNode list = request.putArray("ips");
    ips.forEach(ip -> list.add(checked("--ip", ip, PlugVerb::ip)));
    return request;
  }

  private static String ip(String text) {
    return text.contains("/") ? Cidr.parse(text).toString() : IpText.of(IpText.parse(text));
  }

  private String checked(String option, String value, UnaryOperator<String> check) {
    try {
      return check.apply(value);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage(), e);
    }
  }
}
