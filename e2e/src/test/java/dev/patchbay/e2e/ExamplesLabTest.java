package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The files of {@code examples/standalone}, as they are, by kubectl and by our own command. */
@Tag("lab")
class ExamplesLabTest {
  private static final Path EXAMPLES = Lab.root().resolve("examples/standalone");

  private static StandaloneLab standalone;

  @BeforeAll
  static void up() {
    standalone = StandaloneLab.up();
  }

  @AfterAll
  static void down() {
    if (standalone != null) {
      standalone.close();
    }
  }

  private static String example(String name) {
    return EXAMPLES.resolve(name).toString();
  }

  private static void awaitReady() {
    standalone.awaitNics("web", Map.of("eth0", "Ready"));
    standalone.kubectl("wait", "--for=condition=Ready", "pod/web", "--timeout=30s").output();
  }

  @Test
  void kubectlAppliesThePodAndItsPatchesPlugAndUnplug() {
    standalone.kubectl("apply", "-f", example("web.yaml")).output();
    awaitReady();

    standalone.kubectl("patch", "pod", "web", "--patch-file", example("plug-eth1.yaml")).output();
    standalone.awaitNics("web", Map.of("eth0", "Ready", "eth1", "Ready"));
    assertThat(standalone.kubectl("exec", "web", "--", "ip", "-o", "link").output())
        .contains("eth1");

    standalone.kubectl("patch", "pod", "web", "--patch-file", example("unplug-eth1.yaml")).output();
    standalone.awaitNics("web", Map.of("eth0", "Ready"));
    standalone.kubectl("delete", "pod", "web").output();
  }

  @Test
  void withoutKubectlOurOwnCommandDoesTheSame() {
    String[] apply = {"apply", "-f", example("web.yaml")};
    assertThat(standalone.patchbay(apply).output().strip()).isEqualTo("pod/web created");
    awaitReady();
    assertThat(standalone.patchbay(apply).output().strip()).isEqualTo("pod/web unchanged");

    standalone.patchbay("plug", "default/web", "--network", "demo", "--name", "eth1").output();
    assertThat(standalone.nicStates("web")).isEqualTo(Map.of("eth0", "Ready", "eth1", "Ready"));

    standalone.patchbay("unplug", "default/web", "eth1", "--yes").output();
    assertThat(standalone.nicStates("web")).isEqualTo(Map.of("eth0", "Ready"));
    standalone.kubectl("delete", "pod", "web").output();
  }
}
