package dev.patchbay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanVerbTest {
  private static final String NOTHING =
      "{\"apiVersion\":\"patchbay.dev/v1alpha1\",\"kind\":\"Plan\",\"target\":\"demo/web-0\","
          + "\"nics\":[],\"afterwards\":[],\"warnings\":[]}";

  @TempDir Path folder;

  @Test
  void networksAreAskedForInOrder() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.PLAN)) {
      Ran ran =
          Ran.with(agent, "plan", "--network", "blue", "--network", "red@fast0", "-o", "wide");

      assertThat(ran.exit()).isZero();
      assertThat(ran.out()).contains("       undo: delete vethdcb1a2\n");
      assertThat(agent.last().stdin()).isEqualTo("{\"networks\":[\"blue\",\"red@fast0\"]}");
    }
  }

  @Test
  void exitCodeTellsWhetherThereIsSomethingToDo() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.PLAN)) {
      assertThat(Ran.with(agent, "plan", "--network", "blue", "--detailed-exitcode").exit())
          .isEqualTo(2);
    }
    Files.delete(folder.resolve("agent.sock"));
    try (FakeAgent agent = FakeAgent.answering(folder, NOTHING)) {
      Ran ran = Ran.with(agent, "plan", "web-0", "--network", "blue@net1", "--detailed-exitcode");

      assertThat(ran.exit()).isZero();
      assertThat(ran.out()).isEqualTo("Nothing to do for demo/web-0.\n");
    }
  }

  @Test
  void confOfARuntimeIsSentAsOurPluginGetsIt() throws IOException {
    Path conf = folder.resolve("05-patchbay.conflist");
    Files.writeString(
        conf,
        """
        {"cniVersion":"1.0.0","name":"pods","plugins":[{"type":"patchbay","network":"blue"},{"type":"portmap"}]}
        """);
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.PLAN)) {
      Ran.with(agent, "plan", "--conf", conf.toString());

      assertThat(agent.last().stdin())
          .isEqualTo(
              "{\"ifName\":\"eth0\",\"conf\":{\"type\":\"patchbay\",\"network\":\"blue\","
                  + "\"cniVersion\":\"1.0.0\",\"name\":\"pods\"}}");
    }
  }

  @Test
  void podsAnnotationsAreSentWithTheRuntimesConfiguration() throws IOException {
    Path pod = folder.resolve("pod.yaml");
    Files.writeString(
        pod,
        """
        kind: Service
        ---
        kind: Pod
        metadata:
          name: web-0
          namespace: demo
          annotations:
            k8s.v1.cni.cncf.io/networks: blue
        """);
    Files.writeString(
        folder.resolve("05.conf"),
        "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"genie\"}");
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.PLAN)) {
      Ran ran = Ran.with(agent, "plan", "-f", pod.toString(), "--conf-dir", folder.toString());

      assertThat(ran.err()).doesNotContain("next");
      assertThat(agent.last().stdin())
          .contains("\"conf\":{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"genie\"}")
          .endsWith(
              "\"namespace\":\"demo\",\"pod\":\"web-0\","
                  + "\"annotations\":{\"k8s.v1.cni.cncf.io/networks\":\"blue\"}}");
    }
  }

  @Test
  void podWithoutARuntimesConfigurationNamesTheFlag() throws IOException {
    Path pod = folder.resolve("pod.yaml");
    Files.writeString(pod, "kind: Pod\nmetadata: {name: web-0}\n");
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.PLAN)) {
      Ran ran = Ran.with(agent, "plan", "-f", pod.toString(), "--conf-dir", folder.toString());

      assertThat(ran.exit()).isEqualTo(1);
      assertThat(ran.err()).contains("no configuration of type patchbay").contains("--conf FILE");
    }
  }

  @Test
  void nothingNamedAndBothWaysAreMisuse() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.PLAN)) {
      assertThat(Ran.with(agent, "plan").exit()).isEqualTo(2);
      assertThat(Ran.with(agent, "plan", "--network", "blue", "--conf", "x").exit()).isEqualTo(2);
    }
  }

  @Test
  void fileThatIsNoPodOrNoConfigurationIsNamed() throws IOException {
    Path file = folder.resolve("broken.yaml");
    Files.writeString(file, "a: [");
    try (FakeAgent agent = FakeAgent.answering(folder, Answers.PLAN)) {
      Ran pod = Ran.with(agent, "plan", "-f", file.toString(), "--conf", file.toString());
      Ran absent = Ran.with(agent, "plan", "--conf", folder.resolve("absent.conf").toString());

      assertThat(pod.exit()).isEqualTo(1);
      assertThat(pod.err()).contains("broken.yaml");
      assertThat(absent.exit()).isEqualTo(1);
      assertThat(absent.err()).contains("absent.conf: there is no such file");
    }
  }
}
