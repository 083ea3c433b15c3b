package dev.patchbay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckVerbTest {
  private static final String AGENT =
      Answers.list(
          "CheckList",
          "{\"component\":\"journal\",\"status\":\"ok\",\"detail\":\"0 NICs\",\"next\":\"\"},"
              + "{\"component\":\"NICs\",\"status\":\"fail\",\"detail\":\"web-0: left\",\"next\":\"patchbay why web-0\"}");

  @TempDir Path folder;

  private void file(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void wholeKernel() throws IOException {
    for (String module : List.of("bridge", "veth", "macvlan", "tun", "nf_tables")) {
      Files.createDirectories(folder.resolve("sys/module/" + module));
    }
    file("proc/sys/net/ipv4/ip_forward", "1\n");
  }

  @Test
  void illComponentIsMarkedWithItsNextCommandAndTheExitCode() throws IOException {
    wholeKernel();
    try (FakeAgent agent = FakeAgent.answering(folder, AGENT)) {
      Ran ran = Ran.with(agent, "check", "--root", folder.toString());

      assertThat(ran.exit()).isEqualTo(1);
      assertThat(ran.out())
          .contains("✓ agent         answers at " + agent.socket())
          .contains("✓ journal       0 NICs\n")
          .contains("✗ NICs          web-0: left\n    next  patchbay why web-0\n")
          .contains("✓ kernel        has bridge, macvlan, nf_tables, tun, veth\n")
          .contains("✓ ip_forward    on\n");
    }
  }

  @Test
  void agentThatIsAwayIsOneFindingAndTheKernelIsStillLookedAt() throws IOException {
    wholeKernel();

    Ran ran =
        Ran.in(
            Map.of("PATCHBAY_SOCKET", folder.resolve("none.sock").toString()),
            false,
            "check",
            "--root",
            folder.toString(),
            "-o",
            "json");

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out())
        .contains(
            "\"component\" : \"agent\"", "\"status\" : \"fail\"", "\"component\" : \"kernel\"");
  }

  @Test
  void featuresAreFoundInFolderIndexAndSymbols() throws IOException {
    Files.createDirectories(folder.resolve("sys/module/bridge"));
    file("proc/sys/kernel/osrelease", "6.1.0-x\n");
    file(
        "lib/modules/6.1.0-x/modules.dep",
        "kernel/drivers/net/veth.ko.xz:\nkernel/net/netfilter/nf_tables.ko.xz: kernel/lib/libcrc32c.ko.xz\n");
    file("lib/modules/6.1.0-x/modules.builtin", "kernel/drivers/net/tun.ko\n");
    file("proc/kallsyms", "0000000000000000 t macvlan_common_setup\n");

    assertThat(new KernelFacts(folder).findings().getFirst())
        .isEqualTo(Finding.ok("kernel", "has bridge, macvlan, nf_tables, tun, veth"));
  }

  @Test
  void missingFeatureIsNamedWithWhatItIsFor() throws IOException {
    wholeKernel();
    Files.delete(folder.resolve("sys/module/macvlan"));

    assertThat(new KernelFacts(folder).findings().getFirst())
        .isEqualTo(
            Finding.bad("kernel", "no sign of macvlan (macvlan NICs)", "sudo modprobe -a macvlan"));
  }

  @Test
  void forwardingAndBridgeFilterAreNamed() throws IOException {
    wholeKernel();
    file("proc/sys/net/ipv4/ip_forward", "0\n");
    file("proc/sys/net/bridge/bridge-nf-call-iptables", "1\n");

    List<Finding> findings = new KernelFacts(folder).findings();

    assertThat(findings).extracting(Finding::status).containsExactly("ok", "warn", "ok");
    assertThat(findings.get(1).next()).isEqualTo("sudo sysctl net.ipv4.ip_forward=1");
    assertThat(findings.get(2).detail())
        .isEqualTo("on: packets within a bridge pass through iptables too");
  }
}
