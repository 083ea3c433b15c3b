package dev.patchbay.agent.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.agent.standalone.StandaloneConfig.Containerd;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandaloneConfigTest {
  private static StandaloneConfig of(String yaml) {
    return StandaloneConfig.parse(yaml, "standalone.yaml", Map.of());
  }

  @Test
  void nothingWrittenMeansLoopbackAndAContainerdOfOurOwn() {
    StandaloneConfig config = of("");

    assertThat(config.listen().getAddress().isLoopbackAddress()).isTrue();
    assertThat(config.listen().getPort()).isEqualTo(6443);
    assertThat(config.podCidr()).hasToString("10.77.0.0/16");
    assertThat(config.containerd()).isEqualTo(new Containerd.Private());
    assertThat(config.folder()).isEqualTo(Path.of("/var/lib/patchbay/standalone"));
  }

  @Test
  void commandLineComesBeforeTheFile() {
    StandaloneConfig config =
        StandaloneConfig.parse(
            "nodeName: file\nlisten: 127.0.0.2:1", "f", Map.of("nodeName", "flag"));

    assertThat(config.nodeName()).isEqualTo("flag");
    assertThat(config.listen().getPort()).isEqualTo(1);
  }

  @Test
  void agentsOwnSettingsLieBelowTheirKey() {
    StandaloneConfig config = of("stateDir: /s\nagent: {parallel: 3, binDir: /b}");

    assertThat(config.agent().parallel()).isEqualTo(3);
    assertThat(config.agent().binDir()).isEqualTo(Path.of("/b"));
    assertThat(config.agent().stateDir()).isEqualTo(Path.of("/s"));
  }

  @Test
  void systemsContainerdIsUsedOnlyWhenThatIsSaid() {
    assertThat(of("installCni: true").containerd())
        .isEqualTo(
            new Containerd.Installed(
                Path.of("/run/containerd/containerd.sock"),
                Path.of("/etc/cni/net.d"),
                Path.of("/opt/cni/bin")));
    assertThat(of("runtime: none").containerd()).isEqualTo(new Containerd.Absent());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "nodename: a | unknown key \"nodename\"; known are",
        "nodeName: Not_A_Name | nodeName is \"Not_A_Name\"; write lower-case",
        "listen: 6443 | listen is \"6443\"; write address:port",
        "listen: 127.0.0.1:70000 | listen is \"127.0.0.1:70000\"",
        "podCidr: 10.0.0.0/99 | podCidr: ",
        "runtime: docker | runtime is \"docker\"; write private, none or",
        "{runtime: none, installCni: true} | installCni needs a containerd that is there already",
        "home: here | home is \"here\"; write an absolute path",
        "agent: {parallel: 0} | parallel is 0",
        "nodeName: [a] | nodeName is [\"a\"]; write one value",
        "[a] | not a list of keys",
        "'nodeName: \"a' | standalone.yaml: ",
      })
  void errorNamesFileKeyAndValue(String yaml, String text) {
    assertThatThrownBy(() -> of(yaml))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("standalone.yaml: ")
        .hasMessageContaining(text);
  }
}
