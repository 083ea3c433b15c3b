package dev.patchbay.cli;

import dev.patchbay.cni.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code patchbay check}: every component on one screen, with what to do about each that is ill.
 */
@Command(
    name = "check",
    header = {"Examples:", "  sudo patchbay check", "  sudo patchbay check -o json", ""},
    description = "Looks at the agent, its folders and the kernel. Exit code 1 when one is ill.")
final class CheckVerb implements Callable<Integer> {
  private static final int PATIENCE_SECONDS = 5;

  private final Surroundings where;

  @Mixin private final CommonOptions common = new CommonOptions();
  @Mixin private final OutputOptions format = new OutputOptions();

  @Option(names = "--root", hidden = true, description = "Where proc, sys and lib are.")
  private Path root = Path.of("/");

  CheckVerb(Surroundings where) {
    this.where = where;
  }

  @Override
  public Integer call() {
    List<Finding> findings = new ArrayList<>(agent());
    KernelFacts kernel = new KernelFacts(root);
    findings.addAll(kernel.findings());
    findings.add(firewall(kernel.filtersBridges()));
    boolean ill = findings.stream().anyMatch(Finding::failed);
    ObjectNode data =
        Json.newObject().put("apiVersion", "patchbay.dev/v1alpha1").put("kind", "CheckList");
    ArrayNode items = data.putArray("items");
    findings.forEach(finding -> items.add(finding.toJson()));
    if (!Shown.asData(data, format.output, where.out())) {
      print(findings);
    }
    return ill ? 1 : 0;
  }

  private List<Finding> agent() {
    Path socket = common.socketPath(where);
    try {
      ObjectNode answer = common.agent(where).ask("check", Json.newObject());
      List<Finding> all = new ArrayList<>(List.of(Finding.ok("agent", "answers at " + socket)));
      Shown.list(answer, "items").forEach(item -> all.add(Finding.of(item)));
      return all;
    } catch (CommandFailure e) {
      return List.of(Finding.bad("agent", String.valueOf(e.getMessage()), e.next()));
    }
  }

  /** Docker sets the policy of FORWARD to DROP, which stops routed pods, and bridged ones too. */
  private static Finding firewall(boolean filtersBridges) {
    try {
      Process process =
          new ProcessBuilder("iptables", "-w", "2", "-S", "FORWARD")
              .redirectErrorStream(true)
              .start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Finding.warn("firewall", "iptables did not answer", "sudo iptables -S FORWARD");
      }
      String rules =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        return Finding.warn(
            "firewall", "not looked at: " + rules.strip(), "sudo iptables -S FORWARD");
      }
      return rules.contains("-P FORWARD DROP")
          ? Finding.warn(
              "firewall",
              "the policy of FORWARD is DROP, as docker sets it: routed "
                  + (filtersBridges ? "and bridged " : "")
                  + "packets of pods are dropped",
              "sudo iptables -I DOCKER-USER -j ACCEPT, or: sudo iptables -P FORWARD ACCEPT")
          : Finding.ok("firewall", "the policy of FORWARD is ACCEPT");
    } catch (IOException _) {
      return Finding.ok("firewall", "no iptables here");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Finding.warn("firewall", "not looked at", "sudo iptables -S FORWARD");
    }
  }

  private void print(List<Finding> findings) {
    Marks marks = common.marks(where);
    PrintWriter out = where.out();
    int width = findings.stream().mapToInt(finding -> finding.component().length()).max().orElse(0);
    for (Finding finding : findings) {
      String mark =
          switch (finding.status()) {
            case "ok" -> marks.ok();
            case "warn" -> marks.warn();
            default -> marks.bad();
          };
      out.println(
          "%s %s%s  %s"
              .formatted(
                  mark,
                  finding.component(),
                  " ".repeat(width - finding.component().length()),
                  finding.detail()));
      if (!finding.next().isEmpty()) {
        out.println("    next  " + finding.next());
      }
    }
  }
}
