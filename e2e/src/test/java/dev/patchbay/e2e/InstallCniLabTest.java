package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@code patchbay up --install-cni} beside a containerd that was there before, with a network and a
 * pod of its own: pods run in it, and {@code down} leaves it as it was.
 */
@Tag("lab")
@Timeout(180)
class InstallCniLabTest {
  private static final String THEIRS = "10-theirs.conflist";

  @AutoClose private final Lab lab = Lab.create();
  private Path binDir;
  private ContainerdLab containerd;
  private Pod stranger;

  @BeforeEach
  void startTheMachinesContainerd() throws IOException {
    ReferencePlugins plugins = ReferencePlugins.newest();
    binDir = lab.dir("opt", "cni", "bin");
    for (String plugin : List.of("bridge", "host-local", "loopback")) {
      Files.copy(plugins.plugin(plugin), binDir.resolve(plugin));
    }
    containerd =
        ContainerdLab.start(
            lab,
            binDir,
            Map.of("PATCHBAY_SOCKET", lab.dir("run").resolve("agent.sock").toString()));
    containerd.load(THEIRS, Confs.list(Confs.bridge(lab, "theirs", "10.66.0.0/24")));
    stranger = containerd.run("stranger");
  }

  private StandaloneLab up() {
    return StandaloneLab.up(
        lab,
        List.of("--runtime", containerd.socket().toString(), "--install-cni"),
        "cniConfDir: %s\ncniBinDir: %s\n".formatted(containerd.confDir(), binDir));
  }

  @Test
  void podsRunInItAndDownLeavesItByteForByteAsItWas() throws IOException {
    Map<String, String> before = files();
    HostState host = HostState.of(lab, List.of());

    StandaloneLab standalone = up();
    assertThat(files()).isNotEqualTo(before).containsAllEntriesOf(before);
    standalone.kubectl("apply", "-f", "-").reading(LabPods.container("ours")).output();
    standalone.kubectl("wait", "--for=condition=Ready", "pod/ours", "--timeout=60s").output();
    assertThat(standalone.kubectl("exec", "ours", "--", "ip", "address").output())
        .contains("inet 10.77.");
    standalone.kill();
    standalone.start();
    standalone.awaitNics("ours", Map.of("eth0", "Ready"));

    standalone.patchbay("down", "--purge").output();

    assertThat(files()).isEqualTo(before);
    assertThat(containerd.sandboxes()).as("the stranger's").isEqualTo(1);
    assertThat(stranger.exec("ping", "-c", "1", "-W", "2", "10.66.0.1").exit()).isZero();
    // the default network's bridge and its masquerading belong to the network, as a plugin's do
    assertThat(HostStates.settled(lab, host, List.of(), "patchbay0").withoutRules())
        .isEqualTo(host.withoutRules());
    Pod next = containerd.run("next");
    assertThat(next.exec("ip", "address").stdout()).contains("inet 10.66.0.");
  }

  @Test
  void aConfOfOurNameThatIsNotOursIsNamedAndNothingIsTouched() throws IOException {
    Path file = lab.write(containerd.confDir().resolve("05-patchbay.conflist"), "{}");
    Map<String, String> before = files();
    lab.onClose("the conf of our name", () -> Files.delete(file));

    assertThat(catchThrowable(this::up))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(file + " is there and is not ours; move it away");

    assertThat(files()).isEqualTo(before);
  }

  /** Path → rights and content. */
  private Map<String, String> files() throws IOException {
    Map<String, String> all = new TreeMap<>();
    for (Path top : List.of(binDir, containerd.confDir())) {
      try (Stream<Path> tree = Files.walk(top)) {
        for (Path path : tree.toList()) {
          String rights = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
          all.put(
              path.toString(),
              rights
                  + " "
                  + (Files.isRegularFile(path)
                      ? Command.of("sha256sum", path.toString()).output()
                      : "folder"));
        }
      }
    }
    return all;
  }
}
