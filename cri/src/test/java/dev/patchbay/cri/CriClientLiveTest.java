package dev.patchbay.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.throwable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sandboxes, containers and images of a real containerd. */
class CriClientLiveTest {
  private static PrivateContainerd containerd;
  private static CriClient client;

  @BeforeAll
  static void start() throws IOException {
    containerd = PrivateContainerd.start();
    client = containerd.client();
  }

  @AfterAll
  static void stop() throws Exception {
    if (containerd != null) {
      containerd.close();
    }
  }

  private static void assertFailure(Throwable thrown, Class<? extends CriFailure> kind) {
    assertThat(thrown)
        .asInstanceOf(throwable(CriException.class))
        .satisfies(e -> assertThat(e.failure()).isInstanceOf(kind));
  }

  @Test
  void theRuntimeSaysWhatItIsAndWhatItWaitsFor() throws CriException {
    RuntimeStatus runtime = client.runtime();

    assertThat(runtime.name()).isEqualTo("containerd");
    assertThat(runtime.apiVersion()).isEqualTo("v1");
    assertThat(runtime.ready()).isFalse();
    assertThat(runtime.condition(RuntimeStatus.RUNTIME_READY).orElseThrow().met()).isTrue();
    RuntimeCondition network = runtime.condition(RuntimeStatus.NETWORK_READY).orElseThrow();
    assertThat(network.met()).isFalse();
    assertThat(network.message()).contains("cni");
  }

  @Test
  void aPodLivesFromSandboxToRemovalAndIsFoundByKubeletsLabels() throws CriException {
    SandboxConfig config = containerd.pod("whole").annotated(Map.of("a", "b"));
    String sandbox = client.runSandbox(config);
    String id =
        client.createContainer(
            sandbox, config, ContainerConfig.of("main", PrivateContainerd.IMAGE));
    assertThat(client.container(id).state()).isInstanceOf(ContainerState.Created.class);
    client.startContainer(id);
    assertThat(client.container(id).state()).isInstanceOf(ContainerState.Running.class);

    Map<String, String> byUid = Map.of(Labels.POD_UID, config.pod().uid());
    assertThat(client.sandboxes(byUid))
        .singleElement()
        .satisfies(found -> {
          assertThat(found.id()).isEqualTo(sandbox);
          assertThat(found.pod()).isEqualTo(config.pod());
          assertThat(found.ready()).isTrue();
          assertThat(found.annotations()).containsEntry("a", "b");
        });
    assertThat(client.containers(byUid))
        .singleElement()
        .satisfies(found -> {
          assertThat(found.id()).isEqualTo(id);
          assertThat(found.sandboxId()).isEqualTo(sandbox);
          assertThat(found.phase()).isEqualTo(Container.Phase.RUNNING);
          assertThat(found.labels())
              .containsEntry(Labels.CONTAINER_NAME, "main")
              .containsEntry(Labels.POD_NAME, "whole")
              .containsEntry(Labels.POD_NAMESPACE, "default");
        });

    client.stopSandbox(sandbox);
    assertThat(client.sandbox(sandbox).sandbox().ready()).isFalse();
    assertThat(client.container(id).state()).isInstanceOf(ContainerState.Exited.class);
    client.removeSandbox(sandbox);
    assertThat(client.sandboxes(byUid)).isEmpty();
    assertThat(client.containers(byUid)).isEmpty();
  }

  @Test
  void stoppingAndRemovingTwiceOrTheAbsentIsFine() throws CriException {
    SandboxConfig config = containerd.pod("twice");
    String sandbox = client.runSandbox(config);
    String id =
        client.createContainer(
            sandbox, config, ContainerConfig.of("main", PrivateContainerd.IMAGE));

    for (int i = 0; i < 2; i++) {
      client.stopContainer(id, Duration.ZERO);
      client.removeContainer(id);
      client.stopSandbox(sandbox);
      client.removeSandbox(sandbox);
    }
    client.stopSandbox("0000");
    client.removeSandbox("0000");
    client.stopContainer("0000", Duration.ZERO);
    client.removeContainer("0000");
  }

  @Test
  void aCommandItsEnvironmentFolderAndLimitsReachTheProcess() throws CriException {
    ContainerConfig plain = ContainerConfig.of("main", PrivateContainerd.IMAGE);
    ContainerConfig config =
        new ContainerConfig(
            "main",
            0,
            plain.image(),
            List.of("sh", "-c"),
            List.of("exec sleep 3600"),
            Optional.of("/tmp"),
            Map.of("COLOUR", "blue"),
            false,
            false,
            false,
            Limits.of(OptionalLong.of(500), OptionalLong.of(1500), OptionalLong.of(64 << 20)),
            new Security(
                OptionalLong.of(1000),
                OptionalLong.of(1000),
                false,
                true,
                List.of("NET_ADMIN"),
                List.of("CHOWN")),
            plain.logPath(),
            Map.of("app", "x"),
            Map.of());
    String id = containerd.run("configured", config);

    String said =
        client
            .execSync(
                id,
                List.of(
                    "sh",
                    "-c",
                    "cat /proc/1/environ | busybox tr '\\0' '\\n'; busybox pwd -P; busybox id -u"),
                Duration.ofSeconds(20))
            .stdout();
    assertThat(said).contains("COLOUR=blue").contains("1000");
    assertThat(
            client
                .execSync(id, List.of("busybox", "readlink", "/proc/1/cwd"), Duration.ofSeconds(20))
                .stdout())
        .isEqualTo("/tmp\n");
    assertThat(client.execSync(id, List.of("sh", "-c", "echo x > /file"), Duration.ofSeconds(20)))
        .satisfies(result -> {
          assertThat(result.exitCode()).isNotZero();
          assertThat(result.stderr()).contains("Read-only");
        });
    assertThat(config.limits().cpuShares()).hasValue(512);
    assertThat(config.limits().cpuQuotaMicros()).hasValue(150_000);
  }

  @Test
  void aContainerSeesOnlyItsOwnProcesses() throws CriException {
    String id = containerd.runWaiting("alone");

    ExecResult result =
        client.execSync(id, List.of("cat", "/proc/1/cmdline"), Duration.ofSeconds(20));

    assertThat(result.stdout().replace('\0', ' ')).isEqualTo("sleep 3600 ");
  }

  @Test
  void anEndedContainerTellsItsExitCodeReasonAndLogFile() throws CriException, IOException {
    String id =
        containerd.run(
            "ended",
            ContainerConfig.of("main", PrivateContainerd.IMAGE)
                .running("sh", "-c", "echo bye; exit 7"));
    Await.until(
        "the container ended", () -> client.container(id).state() instanceof ContainerState.Exited);

    ContainerStatus status = client.container(id);
    assertThat(status.state())
        .isInstanceOfSatisfying(
            ContainerState.Exited.class,
            exited -> {
              assertThat(exited.exitCode()).isEqualTo(7);
              assertThat(exited.reason()).isEqualTo("Error");
              assertThat(exited.finishedAt()).isAfter(status.createdAt());
            });
    Path log = status.logPath().orElseThrow();
    Await.until("the log is written", () -> Files.readString(log).contains("stdout F bye"));
  }

  @Test
  void aContainerThatIgnoresTermIsKilledAfterItsGrace() throws CriException {
    String id =
        containerd.run(
            "stubborn",
            ContainerConfig.of("main", PrivateContainerd.IMAGE)
                .running("sh", "-c", "trap '' TERM; while :; do sleep 1; done"));

    client.stopContainer(id, Duration.ofSeconds(1));

    assertThat(client.container(id).state())
        .isInstanceOfSatisfying(
            ContainerState.Exited.class, exited -> assertThat(exited.exitCode()).isEqualTo(137));
  }

  @Test
  void anImageIsThereOrItsPullSaysWhyNot() throws CriException {
    assertThat(client.image(PrivateContainerd.IMAGE).orElseThrow().tags())
        .contains(PrivateContainerd.IMAGE);
    assertThat(client.image("localhost/nobody:here")).isEmpty();

    assertThatThrownBy(() -> client.pull("localhost:1/nobody:here"))
        .hasMessageContaining("localhost:1/nobody:here")
        .hasMessageContaining("ctr -n k8s.io images import")
        .satisfies(e -> assertFailure(e, CriFailure.ImageMissing.class));
    assertThatThrownBy(() -> client.pull("UPPER CASE"))
        .satisfies(e -> assertFailure(e, CriFailure.ImageMissing.class));
  }

  @Test
  void failuresAreToldApart() throws CriException {
    assertThatThrownBy(() -> client.container("0000"))
        .satisfies(e -> assertFailure(e, CriFailure.NotFound.class));
    SandboxConfig config = containerd.pod("double");
    String sandbox = client.runSandbox(config);
    assertThatThrownBy(() -> client.runSandbox(config))
        .satisfies(e -> assertFailure(e, CriFailure.AlreadyExists.class));
    assertThatThrownBy(() ->
            client.createContainer(sandbox, config, ContainerConfig.of("main", "localhost/no:no")))
        .satisfies(e -> assertFailure(e, CriFailure.NotFound.class));
    String missing =
        client.createContainer(
            sandbox,
            config,
            ContainerConfig.of("bad", PrivateContainerd.IMAGE).running("/no/such"));
    assertThatThrownBy(() -> client.startContainer(missing))
        .hasMessageContaining("/no/such")
        .satisfies(e -> assertFailure(e, CriFailure.Failed.class));
  }

  @Test
  void nobodyAtTheSocketIsSaidAtOnceWithTheRemedy() throws CriException {
    try (CriClient lonely = CriClient.at(containerd.folder().resolve("absent.sock"))) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(lonely::runtime)
            .hasMessageContaining("absent.sock")
            .hasMessageContaining("start containerd")
            .satisfies(e -> assertFailure(e, CriFailure.Unreachable.class));
      }
    }
  }

  @Test
  void theNextCallAfterARestartFindsTheRuntimeAgain() throws Exception {
    try (PrivateContainerd restarted = PrivateContainerd.start()) {
      String id = restarted.runWaiting("survivor");
      restarted.kill();
      assertThatThrownBy(() -> restarted.client().runtime())
          .satisfies(e -> assertFailure(e, CriFailure.Unreachable.class));
      restarted.startAgain();

      assertThat(restarted.client().container(id).state())
          .isInstanceOf(ContainerState.Running.class);
      assertThat(
              restarted
                  .client()
                  .execSync(id, List.of("sh", "-c", "echo alive"), Duration.ofSeconds(20))
                  .stdout())
          .isEqualTo("alive\n");
    }
  }
}
