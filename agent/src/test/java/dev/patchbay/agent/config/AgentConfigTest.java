package dev.patchbay.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.agent.vm.VmConfig;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.vm.console.ConsoleSettings;
import dev.patchbay.vm.machine.MachineUser;
import dev.patchbay.vm.qemu.Accelerator;
import dev.patchbay.vpc.VpcSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentConfigTest {
  private static final String EVERYTHING =
      """
      socket: /s/agent.sock
      stateDir: /s/state
      spool: /s/spool
      hostNetns: /s/host
      netnsRoots: [/s/netns, /proc]
      binDir: /s/bin
      delegateDirs: [/s/cni]
      launcher: [/s/launch, --host]
      nativeKinds: false
      delegateTimeout: 7
      parallel: 3
      waiting: 9
      bootId: boot-1
      networkDefinitions: /s/networks
      confDir: /s/net.d
      kubeconfig: /s/kubeconfig
      node: n1
      vpc: {createUnknown: false, defaultCidr: 10.9.0.0/16, uplinkCidr: 100.64.0.0/16, netnsDir: /s/vpc}
      vm:
        qemu: /s/qemu
        launcher: /s/launch
        accelerator: tcg
        ports: 5
        patience: 11
        user: 1234
        confined: false
        memory: 300
        images: /s/images.yaml
        start: 12
        console: {historyBytes: 2048, replayLines: 5, backlogBytes: 8192, logBytes: 70000, logFiles: 4}
      rehearsal: false
      """;

  @Test
  void everyKeyIsRead() {
    assertThat(AgentConfig.parse(EVERYTHING, "test"))
        .isEqualTo(
            new AgentConfig(
                Path.of("/s/agent.sock"),
                Path.of("/s/state"),
                Path.of("/s/spool"),
                Optional.of(Path.of("/s/host")),
                List.of(Path.of("/s/netns"), Path.of("/proc")),
                Path.of("/s/bin"),
                List.of(Path.of("/s/cni")),
                List.of("/s/launch", "--host"),
                false,
                7,
                3,
                9,
                Optional.of("boot-1"),
                Path.of("/s/networks"),
                Path.of("/s/net.d"),
                Optional.of(Path.of("/s/kubeconfig")),
                new VpcSettings(
                    "n1",
                    false,
                    Cidr.parse("10.9.0.0/16"),
                    Path.of("/s/vpc"),
                    Cidr.parse("100.64.0.0/16")),
                new VmConfig(
                    Path.of("/s/qemu"),
                    Path.of("/s/launch"),
                    Optional.of(Accelerator.TCG),
                    5,
                    Duration.ofSeconds(11),
                    Optional.of(new MachineUser(1234)),
                    false,
                    300,
                    Path.of("/s/images.yaml"),
                    Duration.ofSeconds(12),
                    new ConsoleSettings(2048, 5, 8192, 70_000, 4)),
                false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ports: 99           | vm.ports is 99; write 1 to 24",
        "patience: 0         | vm.patience is 0; write 1 to 600",
        "memory: 8           | vm.memory is 8; write 16 to 1048576",
        "accelerator: hvf    | vm.accelerator is \"hvf\"; write auto, kvm or tcg",
        "user: nobody        | vm.user is \"nobody\"; write own, root or the number",
        "user: 0             | vm.user is \"0\"; write own, root or the number",
        "qemu: qemu          | vm.qemu is \"qemu\"; write an absolute path",
        "launcher: x         | vm.launcher is \"x\"; write an absolute path",
        "images: x           | vm.images is \"x\"; write an absolute path",
        "console: {logFiles: 0} | vm.console.logFiles is 0; write 1 to 100",
        "start: 601          | vm.start is 601; write 1 to 600",
        "port: 3             | vm:",
      })
  void whatAMachineCannotBeIsNamedWithItsRemedy(String line, String error) {
    assertThatThrownBy(() -> AgentConfig.parse("vm: {" + line.strip() + "}", "test"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("test: " + error);
  }

  @Test
  void aMachineHasAUserOfItsOwnUnlessTold() {
    VmConfig own = AgentConfig.parse("", "test").vm();
    assertThat(own.userOf("a")).isEqualTo(own.userOf("a")).isNotEqualTo(own.userOf("b"));
    assertThat(own.userOf("a").uid()).isBetween(1_900_000_000, 2_000_000_000);
    VmConfig root = AgentConfig.parse("vm: {user: root}", "test").vm();
    assertThat(root.userOf("a")).isEqualTo(MachineUser.ROOT);
  }

  /** A key that is added must be added to the text above too. */
  @Test
  void everyKeyIsTested() {
    for (var component : AgentConfig.class.getRecordComponents()) {
      assertThat(EVERYTHING).containsPattern("(?m)^" + component.getName() + ":");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n \n", "# only a comment\n", "{}"})
  void fileThatSaysNothingMeansDefaults(String yaml) {
    AgentConfig config = AgentConfig.parse(yaml, "test");
    assertThat(config.socket()).isEqualTo(Path.of("/run/patchbay/agent.sock"));
    assertThat(config.journal()).isEqualTo(Path.of("/var/lib/patchbay/journal.db"));
    assertThat(config.spool()).isEqualTo(Path.of("/var/lib/patchbay/spool"));
    assertThat(config.nativeKinds()).isTrue();
    assertThat(config.delegateLimit()).isEqualTo(Duration.ofSeconds(100));
  }

  @Test
  void spoolFollowsTheStateFolder() {
    assertThat(AgentConfig.parse("stateDir: /s", "test").spool()).isEqualTo(Path.of("/s/spool"));
  }

  @Test
  void missingFileMeansDefaults(@TempDir Path folder) {
    assertThat(AgentConfig.read(folder.resolve("none.yaml")))
        .isEqualTo(AgentConfig.parse("", "test"));
  }

  @Test
  void fileIsNamedInItsErrors(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("agent.yaml"), "parallel: 0");
    assertThatThrownBy(() -> AgentConfig.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(file + ": parallel is 0; write 1 to 1024");
    assertThatThrownBy(() -> AgentConfig.read(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(folder.toString());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "paralel: 3 | paralel",
        "parallel: many | parallel",
        "parallel: 1025 | parallel",
        "waiting: 0 | waiting",
        "waiting: 2.5 | waiting",
        "delegateTimeout: 601 | delegateTimeout",
        "nativeKinds: perhaps | nativeKinds",
        "netnsRoots: [/a, ~] | netnsRoots",
        "netnsRoots: {a: b} | netnsRoots",
        "delegateDirs: [[a]] | delegateDirs",
        "stateDir: [/a] | stateDir",
        "socket: relative/agent.sock | socket",
        "netnsRoots: [run/netns] | netnsRoots",
        "- a | test",
        "just text | test",
        "socket: 'unclosed | test",
        "a: b: c | test"
      })
  void badValueIsRefusedNamingTheKey(String yaml, String named) {
    assertThatThrownBy(() -> AgentConfig.parse(yaml, "test"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("test: ")
        .hasMessageContaining(named);
  }

  @Property(tries = 300)
  void anyTextIsReadOrRefused(@ForAll String text) {
    try {
      assertThat(AgentConfig.parse(text, "test")).isNotNull();
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageStartingWith("test: ");
    }
  }
}
