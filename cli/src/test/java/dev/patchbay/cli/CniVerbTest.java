package dev.patchbay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CniVerbTest {
  @TempDir Path folder;

  @BeforeEach
  void networksAreThere() throws IOException {
    Files.writeString(
        folder.resolve("10-pods.conf"),
        "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"bridge\"}");
    Files.writeString(
        folder.resolve("20-chain.conflist"),
        "{\"cniVersion\":\"1.1.0\",\"name\":\"chain\",\"plugins\":[{\"type\":\"bridge\"},{\"type\":\"portmap\"}]}");
  }

  private Ran cni(FakeAgent agent, String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "cni";
    System.arraycopy(args, 0, all, 1, args.length);
    all[args.length + 1] = "--conf-dir";
    all[args.length + 2] = folder.toString();
    return Ran.with(agent, all);
  }

  @Test
  void addIsARuntimesRequestAndItsResultIsTheOutput() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, "{\"cniVersion\":\"1.0.0\"}\n")) {
      Ran ran = cni(agent, "add", "pods", "/run/netns/lab", "--ifname", "eth1", "--args", "A=1");

      assertThat(ran.exit()).isZero();
      assertThat(ran.out()).isEqualTo("{\"cniVersion\":\"1.0.0\"}\n");
      assertThat(agent.last().strings())
          .containsEntry("CNI_COMMAND", "ADD")
          .containsEntry("CNI_NETNS", "/run/netns/lab")
          .containsEntry("CNI_IFNAME", "eth1")
          .containsEntry("CNI_ARGS", "A=1")
          .containsEntry("CNI_PATH", "/opt/cni/bin:/usr/lib/cni")
          .doesNotContainKey("PATCHBAY_VERB");
      assertThat(agent.last().stdin())
          .isEqualTo("{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"bridge\"}");
    }
  }

  @Test
  void addAndDelOfANamespaceAreOfTheSameContainer() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, "")) {
      cni(agent, "add", "pods", "/run/netns/lab");
      cni(agent, "del", "pods", "/run/netns/lab");
      cni(agent, "del", "pods", "/run/netns/other");

      var ids =
          agent.asked().stream().map(asked -> asked.strings().get("CNI_CONTAINERID")).toList();
      assertThat(ids.get(0)).startsWith("patchbay-cni-").isEqualTo(ids.get(1));
      assertThat(ids.get(2)).isNotEqualTo(ids.get(0));
    }
  }

  @Test
  void errorIsCnisJsonAndItsExitCode() throws IOException {
    String error = "{\"cniVersion\":\"1.0.0\",\"code\":7,\"msg\":\"no\"}\n";
    try (FakeAgent agent =
        FakeAgent.answering(folder, _ -> new AgentClient.Reply(1, error, "log\n"))) {
      Ran ran = cni(agent, "add", "pods", "/run/netns/lab");

      assertThat(ran.exit()).isEqualTo(1);
      assertThat(ran.out()).isEqualTo(error);
      assertThat(ran.err()).isEqualTo("log\n");
    }
  }

  @Test
  void chainIsOneNetworkOfOurs() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, "")) {
      cni(agent, "status", "chain");

      assertThat(agent.last().stdin())
          .isEqualTo(
              "{\"type\":\"patchbay\",\"delegates\":[{\"cniVersion\":\"1.1.0\",\"name\":\"chain\","
                  + "\"plugins\":[{\"type\":\"bridge\"},{\"type\":\"portmap\"}]}],"
                  + "\"cniVersion\":\"1.1.0\",\"name\":\"chain\"}");
      assertThat(agent.last().strings()).doesNotContainKey("CNI_CONTAINERID");
    }
  }

  @Test
  void gcListsWhatIsValid() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, "")) {
      cni(agent, "gc", "pods", "--valid", "c1:eth0", "--valid", "c2:eth1");

      assertThat(agent.last().stdin())
          .contains(
              "\"cni.dev/valid-attachments\":[{\"containerID\":\"c1\",\"ifname\":\"eth0\"},"
                  + "{\"containerID\":\"c2\",\"ifname\":\"eth1\"}]");
      assertThat(cni(agent, "gc", "pods", "--valid", "c1").exit()).isEqualTo(2);
    }
  }

  @Test
  void annotationsAndCapabilitiesAreSaidAsRuntimesSayThem() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, "")) {
      cni(
          agent,
          "add",
          "pods",
          "/run/netns/lab",
          "--annotation",
          "cni=calico",
          "--capability",
          "ips=[\"10.1.2.3/24\"]");

      assertThat(agent.last().stdin())
          .endsWith(
              "\"runtimeConfig\":{\"ips\":[\"10.1.2.3/24\"],"
                  + "\"io.kubernetes.cri.pod-annotations\":{\"cni\":\"calico\"}}}");
    }
  }

  @Test
  void misuseIsSaidBeforeAnythingIsAsked() throws IOException {
    try (FakeAgent agent = FakeAgent.answering(folder, "")) {
      assertThat(cni(agent, "add", "pods").exit()).isEqualTo(2);
      assertThat(cni(agent, "add").exit()).isEqualTo(2);
      assertThat(cni(agent, "plug", "pods").exit()).isEqualTo(2);
      assertThat(cni(agent, "add", "absent", "/run/netns/lab").err())
          .contains("no network \"absent\"")
          .contains("[chain, pods]");
      assertThat(agent.asked()).isEmpty();
    }
  }

  @Test
  void pluginIsRunInPlaceOfTheAgent() throws IOException {
    Path plugin = folder.resolve("plugin");
    Files.writeString(plugin, "#!/bin/sh\ncat\necho \" $CNI_COMMAND\"\nexit 3\n");
    Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (FakeAgent agent = FakeAgent.answering(folder, "")) {
      Ran ran = cni(agent, "version", "--plugin", plugin.toString());

      assertThat(ran.exit()).isEqualTo(3);
      assertThat(ran.out()).isEqualTo("{\"cniVersion\":\"1.1.0\"} VERSION\n");
      assertThat(agent.asked()).isEmpty();
      assertThat(cni(agent, "version", "--plugin", folder + "/absent").exit()).isEqualTo(1);
    }
  }
}
