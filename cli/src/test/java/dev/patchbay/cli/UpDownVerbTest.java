package dev.patchbay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpDownVerbTest {
  private static final String NODE =
      """
      {"node":"lab","url":"https://127.0.0.1:6443","kubeconfig":"/state/kubeconfig"}
      """;

  @TempDir Path folder;

  private Path agentFile(String yaml) throws IOException {
    return Files.writeString(folder.resolve("agent.yaml"), yaml);
  }

  private void standaloneFile(String yaml) throws IOException {
    Files.writeString(folder.resolve("standalone.yaml"), yaml);
  }

  @Test
  void aNodeThatIsUpIsFoundByTheSocketOfItsOwnConfiguration() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, NODE)) {
      standaloneFile("socket: " + agent.socket() + "\n");

      Ran up = Ran.configured(agentFile("socket: /nonexistent/other.sock\n"), "up");

      assertThat(up.exit()).isZero();
      assertThat(up.err()).contains("node lab is up", "export KUBECONFIG=/state/kubeconfig");
      assertThat(agent.last().verb()).isEqualTo("standalone");
    }
  }

  @Test
  void aSecondNodeIsRefusedAndOtherSettingsAreSaidToCountLater() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, NODE)) {
      Ran second = Ran.with(agent, "up", "--node-name", "other");
      assertThat(second.exit()).isEqualTo(1);
      assertThat(second.err())
          .contains("node \"lab\" is up", "it cannot be \"other\" too", "Kubernetes cluster");

      Ran other = Ran.with(agent, "up", "--node-name", "lab", "--pod-cidr", "10.80.0.0/16");
      assertThat(other.exit()).isZero();
      assertThat(other.err()).contains("count after patchbay down");
      assertThat(Ran.with(agent, "up").err()).doesNotContain("count after");
    }
  }

  @Test
  void theSocketMayBeAmongTheAgentsOwnSettings() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, NODE)) {
      standaloneFile("agent:\n  socket: " + agent.socket() + "\n");

      assertThat(Ran.configured(folder.resolve("agent.yaml"), "up").exit()).isZero();
    }
  }

  @Test
  void everyVerbFindsTheNodeThatIsUpUnlessAnAgentRunsBesideIt() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, "{\"items\":[]}")) {
      standaloneFile("socket: " + agent.socket() + "\n");
      Path file = agentFile("socket: " + folder.resolve("none.sock") + "\n");

      assertThat(Ran.configured(file, "get", "nics").exit()).isZero();

      standaloneFile("socket: " + folder.resolve("none.sock") + "\n");
      agentFile("socket: " + agent.socket() + "\n");

      assertThat(Ran.configured(file, "get", "nics").exit()).isZero();
    }
  }

  @Test
  void anAgentWithoutAnApiIsNamedAndNothingIsStarted() throws IOException {
    try (FakeAgent agent = FakeAgent.refusing(folder, 2, "unknown verb")) {
      standaloneFile("socket: " + agent.socket() + "\n");

      Ran up = Ran.configured(folder.resolve("agent.yaml"), "up");

      assertThat(up.exit()).isEqualTo(1);
      assertThat(up.err())
          .contains("an agent without an API answers at " + agent.socket())
          .contains("sudo systemctl stop patchbay");
    }
  }

  @Test
  void downTellsWhatWasDoneAndWhoseNicsStay() throws IOException {
    String answer =
        """
        {"pid":0,"done":["pods are stopped"],"left":[],"strangers":["eth0 of kube-system/dns"]}
        """;
    try (FakeAgent agent = FakeAgent.answering(folder, answer)) {
      Ran down = Ran.with(agent, "down");

      assertThat(down.exit()).isZero();
      assertThat(down.err())
          .contains("pods are stopped")
          .contains("eth0 of kube-system/dns stays: it is no pod's of this node");
    }
  }

  @Test
  void downWhereNothingIsUpSaysSo() {
    Ran down = Ran.configured(folder.resolve("agent.yaml"), "down", "--socket", folder + "/none");

    assertThat(down.exit()).isZero();
    assertThat(down.err()).contains("Nothing is up at " + folder.resolve("none"));
  }
}
