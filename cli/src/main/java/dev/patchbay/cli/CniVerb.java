package dev.patchbay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code patchbay cni}: plays the container runtime, for debugging. */
@Command(
    name = "cni",
    header = {
      "Examples:",
      "  sudo patchbay cni add pods /run/netns/lab",
      "  sudo patchbay cni del ./10-bridge.conf /run/netns/lab --ifname eth1",
      ""
    },
    description =
        "Sends one CNI request, to the agent or to a plugin. Results and errors are CNI's JSON.")
final class CniVerb implements Callable<Integer> {
  private static final List<String> COMMANDS =
      List.of("add", "del", "check", "gc", "status", "version");
  private static final String ANNOTATIONS = "io.kubernetes.cri.pod-annotations";

  private final Surroundings where;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      paramLabel = "add|del|check|gc|status|version",
      description = "The CNI command.")
  private String command = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NET",
      description = "A network's name in --conf-dir, or a configuration file.")
  private @Nullable String network;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "NETNS",
      description = "The container's network namespace.")
  private String netns = "";

  @Option(
      names = "--conf-dir",
      paramLabel = "DIR",
      defaultValue = "${env:PATCHBAY_CONF_DIR:-/etc/cni/net.d}",
      description = "Default: /etc/cni/net.d.")
  private Path confDir = Path.of("/etc/cni/net.d");

  @Option(names = "--ifname", paramLabel = "IF", description = "Default: eth0.")
  private String ifName = "eth0";

  @Option(
      names = "--container-id",
      paramLabel = "ID",
      description = "Default: made from NETNS, always the same.")
  private @Nullable String containerId;

  @Option(names = "--args", paramLabel = "K=V;K=V", description = "CNI_ARGS.")
  private String args = "";

  @Option(
      names = "--annotation",
      paramLabel = "KEY=VALUE",
      description = "A pod annotation, as containerd passes it; may be repeated.")
  private Map<String, String> annotations = Map.of();

  @Option(
      names = "--capability",
      paramLabel = "NAME=JSON",
      description = "What a runtime says by capability; may be repeated.")
  private Map<String, String> capabilities = Map.of();

  @Option(
      names = "--valid",
      paramLabel = "ID:IF",
      description = "gc: an attachment to leave alone; may be repeated.")
  private List<String> valid = List.of();

  @Option(
      names = "--plugin",
      paramLabel = "PATH",
      description = "Run this plugin instead of asking the agent.")
  private @Nullable Path plugin;

  @Option(
      names = "--path",
      paramLabel = "DIR:DIR",
      defaultValue = "${env:CNI_PATH:-/opt/cni/bin:/usr/lib/cni}",
      description = "CNI_PATH. Default: /opt/cni/bin:/usr/lib/cni.")
  private String path = "/opt/cni/bin:/usr/lib/cni";

  CniVerb(Surroundings where) {
    this.where = where;
  }

  @Override
  public Integer call() {
    if (!COMMANDS.contains(command)) {
      throw misuse(
          "\"" + command + "\" is no CNI command; write one of " + String.join(", ", COMMANDS));
    }
    byte[] stdin = Json.bytes(stdin());
    AgentClient.Reply reply =
        plugin != null
            ? run(plugin, environment(), stdin)
            : common.agent(where).call(environment(), stdin);
    where.out().print(reply.stdout());
    where.err().print(reply.stderr());
    return reply.exitCode();
  }

  private ParameterException misuse(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  private ObjectNode stdin() {
    if (command.equals("version")) {
      return Json.newObject().put("cniVersion", "1.1.0");
    }
    if (network == null) {
      throw misuse("name a network, or a configuration file");
    }
    ObjectNode conf = RuntimeConf.named(network, confDir);
    if (command.equals("gc")) {
      ArrayNode list = conf.putArray("cni.dev/valid-attachments");
      for (String one : valid) {
        int colon = one.lastIndexOf(':');
        if (colon < 1) {
          throw misuse("--valid " + one + ": write it as CONTAINER:INTERFACE");
        }
        list.addObject()
            .put("containerID", one.substring(0, colon))
            .put("ifname", one.substring(colon + 1));
      }
    }
    runtimeConfig(conf);
    return conf;
  }

  private void runtimeConfig(ObjectNode conf) {
    if (annotations.isEmpty() && capabilities.isEmpty()) {
      return;
    }
    ObjectNode said = conf.putObject("runtimeConfig");
    capabilities.forEach((name, json) -> {
      try {
        said.set(
            name, Json.object("{\"value\":" + json + "}", "--capability " + name).get("value"));
      } catch (CniException e) {
        throw new ParameterException(spec.commandLine(), e.error().msg(), e);
      }
    });
    if (!annotations.isEmpty()) {
      ObjectNode pod = said.putObject(ANNOTATIONS);
      annotations.forEach(pod::put);
    }
  }

  private Map<String, String> environment() {
    boolean needsNetns = List.of("add", "check").contains(command);
    if (needsNetns && netns.isEmpty()) {
      throw misuse("cni " + command + " needs NETNS, such as /run/netns/lab");
    }
    Map<String, String> all = new TreeMap<>();
    all.put("CNI_COMMAND", command.toUpperCase(Locale.ROOT));
    all.put("CNI_PATH", path);
    all.put("PATCHBAY_RUNTIME", "patchbay");
    where.variable("PATH").ifPresent(folders -> all.put("PATH", folders));
    if (List.of("add", "del", "check").contains(command)) {
      all.put("CNI_CONTAINERID", containerId == null ? idOf(netns) : containerId);
      all.put("CNI_NETNS", netns);
      all.put("CNI_IFNAME", ifName);
      all.put("CNI_ARGS", args);
    }
    return all;
  }

  private static String idOf(String netns) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(netns.getBytes(UTF_8));
      return "patchbay-cni-" + HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private AgentClient.Reply run(Path executable, Map<String, String> environment, byte[] stdin) {
    try {
      ProcessBuilder builder = new ProcessBuilder(executable.toString());
      builder.environment().putAll(environment);
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      Process process = builder.start();
      try (var in = process.getOutputStream()) {
        in.write(stdin);
      }
      String stdout = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new AgentClient.Reply(process.waitFor(), stdout, "");
    } catch (IOException e) {
      throw new CommandFailure(
          CommandFailure.FAILED,
          "plugin " + executable + " cannot be run: " + e.getMessage(),
          "ls -l " + executable,
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(130, "interrupted", "", e);
    }
  }
}
