package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.agent.streams.CriPodStreams;
import dev.patchbay.apiserver.ApiConfig;
import dev.patchbay.apiserver.ApiServer;
import dev.patchbay.cri.ContainerConfig;
import dev.patchbay.cri.PodIdentity;
import dev.patchbay.cri.PrivateContainerd;
import dev.patchbay.cri.SandboxConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real kubectl at the streams of pods, which here only have a container and no network. */
@Tag("lab")
@Timeout(120)
class KubectlStreamsLabTest {
  @TempDir private static Path folder;
  private static PrivateContainerd containerd;
  private static ApiServer api;
  private static String kubectl;

  @BeforeAll
  static void start() throws IOException {
    Ran found =
        Command.of(Lab.root().resolve("e2e/lab-tools").toString(), "kubectl")
            .within(Duration.ofMinutes(3))
            .run();
    Lab.require(found.exit() == 0, found.stderr());
    kubectl = found.stdout().strip();
    containerd = PrivateContainerd.start();
    api =
        ApiServer.start(
            new ApiConfig(
                folder.resolve("api"),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                folder.resolve("users"),
                Map.of(),
                Optional.of(new CriPodStreams(containerd.client()))));
    pod("talker", "sh -c 'echo started; exec sleep 3600'", false);
    pod("listener", "sh -c 'while read line; do echo heard $line; done; exit 5'", false);
    pod("terminal", "sh", true);
  }

  @AfterAll
  static void stop() throws IOException {
    if (api != null) {
      api.close();
    }
    if (containerd != null) {
      containerd.close();
    }
  }

  /** The pod in the API and its container in the runtime, as a node would have made it. */
  private static void pod(String name, String command, boolean tty) throws IOException {
    String spec =
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s"},
         "spec":{"nodeName":"n1","containers":[{"name":"main","image":"%s",
           "stdin":true,"tty":%s}]}}\
        """
            .formatted(name, PrivateContainerd.IMAGE, tty);
    JsonNode created =
        JsonMapper.shared()
            .readTree(command("create", "-o", "json", "-f", "-").reading(spec).output());
    command(
            "patch",
            "pod",
            name,
            "--subresource=status",
            "--type=merge",
            "-p",
            "{\"status\":{\"phase\":\"Running\"}}")
        .output();
    String uid = created.path("metadata").path("uid").asString();
    SandboxConfig made = containerd.pod(name);
    SandboxConfig sandbox =
        SandboxConfig.of(new PodIdentity("default", name, uid), made.logDirectory())
            .below(made.cgroupParent().orElseThrow())
            .inHostNetwork();
    String id = containerd.client().runSandbox(sandbox);
    ContainerConfig container =
        ContainerConfig.of("main", PrivateContainerd.IMAGE)
            .running("sh", "-c", "exec " + command)
            // as kubectl run -i asks for: the end of the first attach is the end of stdin
            .interactive(tty, !tty);
    containerd.client().startContainer(containerd.client().createContainer(id, sandbox, container));
  }

  private static Command command(String... argv) {
    List<String> all =
        new ArrayList<>(
            List.of(kubectl, "--kubeconfig", folder.resolve("api/kubeconfig").toString()));
    all.addAll(Arrays.asList(argv));
    return Command.of(all).with(Map.of("HOME", folder.toString())).within(Duration.ofSeconds(60));
  }

  @Test
  void execPrintsBothOutputsAndReturnsTheCode() {
    Ran ran = command("exec", "talker", "--", "sh", "-c", "echo out; echo err >&2; exit 7").run();

    assertThat(ran.exit()).isEqualTo(7);
    assertThat(ran.stdout()).isEqualTo("out\n");
    assertThat(ran.stderr()).contains("err").contains("exit code 7");
  }

  @Test
  void aPipeIntoExecEnds() {
    Ran ran = command("exec", "-i", "talker", "--", "cat").reading("x\n").run().orFail();

    assertThat(ran.stdout()).isEqualTo("x\n");
  }

  @Test
  void aMissingProgramIsSaid() {
    Ran ran = command("exec", "talker", "--", "/no/such").run();

    assertThat(ran.exit()).isNotZero();
    assertThat(ran.stderr()).contains("/no/such").contains("no such file");
  }

  @Test
  void whatCannotBeMeantIsSaidInWords() {
    Ran ran = command("exec", "talker", "-c", "other", "--", "cat").run();

    assertThat(ran.exit()).isNotZero();
    assertThat(ran.stderr()).contains("other");
  }

  @Test
  void filesAreCopiedBothWays() throws IOException {
    byte[] bytes = new byte[3 << 20];
    new Random(4).nextBytes(bytes);
    Path there = Files.write(folder.resolve("there"), bytes);
    Path back = folder.resolve("back");

    command("cp", there.toString(), "talker:/tmp/file").run().orFail();
    command("cp", "talker:/tmp/file", back.toString()).run().orFail();

    assertThat(back).hasBinaryContent(bytes);
  }

  @Test
  void logsAreReadTailedAndFollowed() {
    assertThat(command("logs", "talker").output()).isEqualTo("started\n");
    assertThat(command("logs", "talker", "--timestamps", "--tail=1").output())
        .matches("(?s)\\d{4}-\\d\\d-\\d\\dT\\S+ started\n");
    Ran none = command("logs", "talker", "--previous").run();
    assertThat(none.exit()).isNotZero();
    assertThat(none.stderr()).contains("previous terminated container");
  }

  @Test
  void attachHearsTheFirstProcessAndAFollowEndsWithIt() throws Exception {
    Path seen = folder.resolve("followed");
    Process follow = command("logs", "-f", "listener").start(seen);
    try {
      Ran ran = command("attach", "-i", "listener").reading("one\ntwo\n").run();
      assertThat(ran.stdout()).isEqualTo("heard one\nheard two\n");
      assertThat(follow.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readString(seen)).isEqualTo("heard one\nheard two\n");
    } finally {
      follow.destroy();
      follow.waitFor();
    }
  }

  @Test
  void aTerminalIsOneOnBothSides() {
    // script(1) gives kubectl the terminal that -t asks for
    Command attach =
        command(
            "exec",
            "-it",
            "talker",
            "--",
            "sh",
            "-c",
            "until stty size | busybox grep 101; do busybox usleep 20000; done; exit 3");
    Ran ran =
        Command.of(
                "script",
                "-qec",
                "stty cols 101 rows 31; exec " + String.join(" ", quoted(attach.argv())),
                "/dev/null")
            .with(attach.env())
            .run();

    assertThat(ran.stdout()).contains("31 101");
    assertThat(ran.exit()).isEqualTo(3);
  }

  private static List<String> quoted(List<String> argv) {
    return argv.stream().map(word -> "'" + word + "'").toList();
  }
}
