package dev.patchbay.agent.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.throwable;

import dev.patchbay.apiserver.stream.ContainerRef;
import dev.patchbay.apiserver.stream.LogOptions;
import dev.patchbay.apiserver.stream.ProcessEnd;
import dev.patchbay.apiserver.stream.RemoteProcess;
import dev.patchbay.apiserver.stream.StreamOptions;
import dev.patchbay.apiserver.stream.StreamRefusal;
import dev.patchbay.cri.Await;
import dev.patchbay.cri.ContainerConfig;
import dev.patchbay.cri.ContainerState;
import dev.patchbay.cri.CriClient;
import dev.patchbay.cri.CriException;
import dev.patchbay.cri.Limits;
import dev.patchbay.cri.PrivateContainerd;
import dev.patchbay.cri.SandboxConfig;
import dev.patchbay.cri.Security;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CriPodStreamsLiveTest {
  private static final StreamOptions OUTPUT = new StreamOptions(false, true, true, false);
  private static final StreamOptions ALL = new StreamOptions(true, true, true, false);

  private static PrivateContainerd containerd;
  private static CriPodStreams streams;

  @BeforeAll
  static void start() throws IOException {
    containerd = PrivateContainerd.start();
    streams = new CriPodStreams(containerd.client());
  }

  @AfterAll
  static void stop() throws IOException {
    if (containerd != null) {
      containerd.close();
    }
  }

  private static ContainerRef main(SandboxConfig pod) {
    return new ContainerRef(pod.pod().namespace(), pod.pod().name(), pod.pod().uid(), "main");
  }

  private static ContainerConfig saying(int attempt, String script) {
    return new ContainerConfig(
        "main",
        attempt,
        PrivateContainerd.IMAGE,
        List.of("sh", "-c", script),
        List.of(),
        Optional.empty(),
        Map.of(),
        false,
        true,
        false,
        Limits.NONE,
        Security.DEFAULT,
        "main/" + attempt + ".log",
        Map.of(),
        Map.of());
  }

  private static String start(SandboxConfig pod, String sandbox, ContainerConfig container)
      throws CriException {
    String id = containerd.client().createContainer(sandbox, pod, container);
    containerd.client().startContainer(id);
    return id;
  }

  private static void awaitEnd(String id) {
    Await.until(
        "the container ended",
        () -> containerd.client().container(id).state() instanceof ContainerState.Exited);
  }

  private static LogOptions log(boolean follow, boolean previous, OptionalLong tail) {
    return new LogOptions(
        follow,
        previous,
        tail,
        Optional.empty(),
        false,
        OptionalLong.empty(),
        LogOptions.Source.ALL);
  }

  private static String read(ContainerRef container, LogOptions options) throws Exception {
    try (InputStream log = streams.logs(container, options)) {
      return new String(log.readAllBytes(), UTF_8);
    }
  }

  private static void assertRefused(Throwable thrown, int code) {
    assertThat(thrown)
        .asInstanceOf(throwable(StreamRefusal.class))
        .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(code));
  }

  @Test
  void aPodsProcessesAreReachedByItsNameAndUid() throws Exception {
    SandboxConfig pod = containerd.pod("reached");
    String sandbox = containerd.client().runSandbox(pod);
    start(pod, sandbox, saying(0, "read line; echo attached $line; sleep 3600"));

    try (RemoteProcess process = streams.exec(main(pod), List.of("sh", "-c", "cat; exit 6"), ALL)) {
      process.stdin().write("x".getBytes(UTF_8));
      process.stdin().close();
      assertThat(process.stdout().readAllBytes()).asString(UTF_8).isEqualTo("x");
      assertThat(process.await()).isEqualTo(new ProcessEnd.Exited(6));
    }
    try (RemoteProcess process = streams.attach(main(pod), ALL)) {
      process.stdin().write("me\n".getBytes(UTF_8));
      assertThat(process.stdout().readNBytes(12)).asString(UTF_8).isEqualTo("attached me\n");
    }
    assertThat(read(main(pod), LogOptions.WHOLE)).isEqualTo("attached me\n");
  }

  @Test
  void theLogOfTheContainerBeforeTheRestartIsKept() throws Exception {
    SandboxConfig pod = containerd.pod("restarted");
    String sandbox = containerd.client().runSandbox(pod);
    awaitEnd(start(pod, sandbox, saying(0, "echo first")));
    assertThat(read(main(pod), LogOptions.WHOLE)).isEqualTo("first\n");
    assertThatThrownBy(() -> read(main(pod), log(false, true, OptionalLong.empty())))
        .hasMessage("previous terminated container \"main\" in pod \"restarted\" not found")
        .satisfies(e -> assertRefused(e, 400));
    awaitEnd(start(pod, sandbox, saying(1, "echo second; echo third")));

    assertThat(read(main(pod), log(false, true, OptionalLong.empty()))).isEqualTo("first\n");
    assertThat(read(main(pod), log(false, false, OptionalLong.of(1)))).isEqualTo("third\n");
  }

  @Test
  void aFollowEndsWithItsContainer() throws Exception {
    SandboxConfig pod = containerd.pod("followed");
    String sandbox = containerd.client().runSandbox(pod);
    String id = start(pod, sandbox, saying(0, "echo up; sleep 3600"));
    try (InputStream log = streams.logs(main(pod), log(true, false, OptionalLong.empty()))) {
      assertThat(log.readNBytes(3)).asString(UTF_8).isEqualTo("up\n");
      containerd.client().stopContainer(id, Duration.ZERO);
      assertThat(log.readAllBytes()).isEmpty();
    }
  }

  @Test
  void whatIsNotThereOrNotRunningIsRefusedByName() throws Exception {
    ContainerRef nowhere = new ContainerRef("default", "nowhere", "no-uid", "main");
    assertThatThrownBy(() -> streams.exec(nowhere, List.of("cat"), OUTPUT))
        .hasMessage("container \"main\" in pod \"nowhere\" is not running")
        .satisfies(e -> assertRefused(e, 400));
    assertThatThrownBy(() -> streams.attach(nowhere, OUTPUT)).satisfies(e -> assertRefused(e, 400));
    assertThatThrownBy(() -> streams.logs(nowhere, LogOptions.WHOLE))
        .hasMessage("container \"main\" in pod \"nowhere\" is waiting to start")
        .satisfies(e -> assertRefused(e, 400));
  }

  @Test
  void aRuntimeThatIsAwayIsUnavailable() throws Exception {
    try (var client = CriClient.at(containerd.folder().resolve("no.sock"))) {
      CriPodStreams lonely = new CriPodStreams(client);
      ContainerRef any = new ContainerRef("default", "any", "uid", "main");
      assertThatThrownBy(() -> lonely.exec(any, List.of("cat"), OUTPUT))
          .hasMessageContaining("start containerd")
          .satisfies(e -> assertRefused(e, 503));
    }
  }
}
