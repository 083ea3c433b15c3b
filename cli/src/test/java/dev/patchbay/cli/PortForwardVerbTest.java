package dev.patchbay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortForwardVerbTest {
  @ParameterizedTest
  @CsvSource({"8080:80,8080,80", "80,80,80", ":22,0,22", "0:22,0,22"})
  void portsAreReadAsKubectlDoes(String text, int local, int remote) {
    assertThat(PortForwardVerb.Ports.parse(text))
        .isEqualTo(new PortForwardVerb.Ports(local, remote));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "80:", "1:2:3", "70000:1", "1:70000", "80:0", "-1:5"})
  void whatIsNoPairOfPortsIsNamed(String text) {
    assertThatThrownBy(() -> PortForwardVerb.Ports.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + text + "\"");
  }

  @Test
  void noAgentIsToldBeforeAnyPortIsTaken() {
    Ran ran =
        Ran.in(Map.of(), true, "port-forward", "--socket", "/nowhere/agent.sock", "web", "80");
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err()).contains("no agent answers at /nowhere/agent.sock");
  }

  @Test
  void attachToldWrongSaysWhatIsMissing() {
    Ran ran = Ran.in(Map.of(), true, "attach", "-it");
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("POD");
  }
}
