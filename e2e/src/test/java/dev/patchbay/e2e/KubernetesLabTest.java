package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Proves the one-node Kubernetes itself, with a reference plugin alone: nothing of ours is asked.
 */
@Tag("lab")
class KubernetesLabTest {
  @Test
  void aPodIsReadyAnswersAndLeavesNothingAndNeitherDoesTheCluster() {
    Lab lab = Lab.create();
    Path folder = lab.folder();
    try (KubernetesLab cluster = KubernetesLab.start(lab)) {
      cluster.pod("first", Map.of());
      cluster.awaitReady("first");
      cluster.delete("first");
      String before = cluster.traces();

      cluster.pod("second", Map.of());
      cluster.awaitReady("second");

      assertThat(cluster.interfaces("second")).containsExactly("eth0");
      assertThat(
              cluster
                  .kubectl("exec", "second", "--", "ping", "-c", "1", "-W", "2", "10.244.0.1")
                  .run()
                  .exit())
          .isZero();
      assertThat(cluster.traces()).isNotEqualTo(before);

      cluster.delete("second");

      assertThat(cluster.traces()).isEqualTo(before);
    }
    assertThat(folder).doesNotExist();
    assertThat(groups(folder)).isEmpty();
    assertThat(Command.of("cat", "/proc/self/mounts").output()).doesNotContain(folder.toString());
    assertThat(Path.of("/etc/cni/net.d/10-cluster.conflist"))
        .satisfies(ours -> assertThat(Files.exists(ours)).as("the machine is untouched").isFalse());
  }

  private static String groups(Path folder) {
    return Command.of(
            "find", "/sys/fs/cgroup", "-maxdepth", "2", "-name", "*" + folder.getFileName() + "*")
        .output();
  }
}
