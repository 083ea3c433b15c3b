package dev.patchbay.agent.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateContainerdLiveTest {
  @TempDir private Path folder;
  private PrivateContainerd containerd;
  private Path program;

  @BeforeEach
  void prepare() {
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "containerd needs root");
    Optional<Path> found = PrivateContainerd.program("containerd");
    Assumptions.assumeTrue(found.isPresent(), "no containerd on this machine");
    program = found.orElseThrow();
    containerd = fresh();
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    containerd.stop();
  }

  private PrivateContainerd fresh() {
    return new PrivateContainerd(
        folder.resolve("state"), folder.resolve("run"), folder.resolve("bin"), Map.of());
  }

  @Test
  void whoComesAfterUsFindsItByItsIdentityAndEndsIt() throws IOException, InterruptedException {
    long pid = containerd.start(program);

    assertThat(fresh().start(program)).isEqualTo(pid);
    fresh().stop();

    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void strangersProcessOfTheRememberedPidIsLeftAlone() throws IOException, InterruptedException {
    Files.createDirectories(folder.resolve("run"));
    Files.writeString(
        folder.resolve("run/containerd.pid"), ProcessHandle.current().pid() + " long ago");

    containerd.stop();
    long pid = containerd.start(program);

    assertThat(ProcessHandle.current().isAlive()).isTrue();
    assertThat(pid).isNotEqualTo(ProcessHandle.current().pid());
  }
}
