package dev.patchbay.cri;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.cri.log.ContainerLog;
import dev.patchbay.cri.log.LogQuery;
import dev.patchbay.cri.stream.Streams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The log files that a real containerd writes. */
@Timeout(60)
class ContainerLogLiveTest {
  @Test
  void aFollowSeesEveryLineOverARotationAndEndsWithTheContainer() throws IOException {
    try (PrivateContainerd containerd = PrivateContainerd.start()) {
      CriClient client = containerd.client();
      String id =
          containerd.run(
              "talker",
              ContainerConfig.of("main", PrivateContainerd.IMAGE)
                  .running("sh", "-c", "read go; for i in 1 2 3; do echo line $i; read go; done")
                  .interactive(false, false));
      Path file = client.container(id).logPath().orElseThrow();
      var attached = client.attach(id, new Streams(true, false, false, false));
      try (attached;
          ContainerLog log =
              ContainerLog.follow(
                  file,
                  LogQuery.WHOLE,
                  () -> {
                    try {
                      return client.container(id).state() instanceof ContainerState.Running;
                    } catch (CriException e) {
                      throw new AssertionError(e);
                    }
                  })) {
        for (int i = 1; i <= 3; i++) {
          attached.stdin().write('\n');
          attached.stdin().flush();
          assertThat(new String(log.readNBytes(7), UTF_8)).isEqualTo("line " + i + "\n");
          Files.move(file, file.resolveSibling("0.log." + i));
          client.reopenLog(id);
        }
        attached.stdin().write('\n');
        assertThat(log.readAllBytes()).isEmpty();
      }
    }
  }

  @Test
  void aLineLongerThanTheRuntimeWritesAtOnceIsWholeAgain() throws IOException {
    try (PrivateContainerd containerd = PrivateContainerd.start()) {
      CriClient client = containerd.client();
      String id =
          containerd.run(
              "long",
              ContainerConfig.of("main", PrivateContainerd.IMAGE)
                  .running(
                      "sh",
                      "-c",
                      "echo first; busybox head -c 50000 /dev/zero | busybox tr '\\0' x; echo"));
      Await.until("it ended", () -> client.container(id).state() instanceof ContainerState.Exited);
      Path file = client.container(id).logPath().orElseThrow();
      assertThat(Files.readString(file)).contains(" stdout P x");

      LogQuery last =
          new LogQuery(
              OptionalLong.of(1),
              Optional.empty(),
              false,
              OptionalLong.empty(),
              LogQuery.WHOLE.sources());
      try (ContainerLog log = ContainerLog.read(file, last)) {
        assertThat(new String(log.readAllBytes(), UTF_8)).isEqualTo("x".repeat(50_000) + "\n");
      }
    }
  }
}
