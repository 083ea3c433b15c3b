package dev.patchbay.cli;

import dev.patchbay.cni.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
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

/** {@code patchbay plan}: what would be done, and why. */
@Command(
    name = "plan",
    header = {
      "Examples:",
      "  patchbay plan --network blue --network red@fast0",
      "  patchbay plan -f pod.yaml --conf /etc/cni/net.d/05-patchbay.conflist",
      ""
    },
    description = "Computes the plan of an attachment and shows it; does nothing.")
final class PlanVerb implements Callable<Integer> {
  private static final int CHANGES = 2;

  private final Surroundings where;

  @Mixin private final CommonOptions common = new CommonOptions();
  @Mixin private final OutputOptions format = new OutputOptions();
  @Mixin private final TargetOptions target = new TargetOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--network",
      paramLabel = "[NAMESPACE/]NAME[@IF]",
      description = "A network to plug; may be repeated.")
  private List<String> networks = List.of();

  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description = "A runtime's network configuration or list.")
  private @Nullable Path conf;

  @Option(
      names = "--conf-dir",
      paramLabel = "DIR",
      defaultValue = "${env:PATCHBAY_CONF_DIR:-/etc/cni/net.d}",
      description =
          "Where the runtime's configuration is when -f comes without --conf. Default:"
              + " /etc/cni/net.d.")
  private Path confDir = Path.of("/etc/cni/net.d");

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE",
      description = "A pod whose annotations ask for networks.")
  private @Nullable Path pod;

  @Option(
      names = "--ifname",
      paramLabel = "IF",
      description = "What the runtime calls the primary NIC. Default: eth0.")
  private String ifName = "eth0";

  @Option(
      names = "--detailed-exitcode",
      description = "0 for nothing to do, 2 for something to do, 1 for a failure.")
  private boolean detailed;

  PlanVerb(Surroundings where) {
    this.where = where;
  }

  @Override
  public Integer call() {
    ObjectNode answer = common.agent(where).ask("plan", request());
    Marks marks = common.marks(where);
    Shown.texts(answer, "warnings").forEach(note -> where.err().println(marks.warn() + " " + note));
    if (!Shown.asData(answer, format.output, where.out())) {
      if (format.output == Output.NAME) {
        for (JsonNode nic : Shown.list(answer, "nics")) {
          where.out().println(Shown.text(nic, "nic"));
        }
      } else {
        PlanText.print(answer, format.output == Output.WIDE, marks, where.out());
      }
    }
    return detailed && !answer.path("nics").isEmpty() ? CHANGES : 0;
  }

  private ObjectNode request() {
    ObjectNode request = Json.newObject();
    target.write(request);
    boolean byConf = conf != null || pod != null;
    if (byConf == !networks.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "give --network, or --conf and -f; one of the two ways");
    }
    if (!byConf) {
      ArrayNode list = request.putArray("networks");
      networks.forEach(list::add);
      return request;
    }
    request.put("ifName", ifName);
    request.set("conf", conf != null ? RuntimeConf.ofFile(conf) : RuntimeConf.ours(confDir));
    if (pod != null) {
      PodFile read = PodFile.read(pod);
      request.put("namespace", read.namespace()).put("pod", read.name());
      ObjectNode annotations = request.putObject("annotations");
      read.annotations().forEach(annotations::put);
    }
    return request;
  }
}
