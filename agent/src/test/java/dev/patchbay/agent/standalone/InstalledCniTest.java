package dev.patchbay.agent.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.core.nic.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstalledCniTest {
  private static final String CONF =
      PodNetwork.conf(Cidr.parse("10.1.0.0/24"), Path.of("/var/leases"));

  @TempDir private Path folder;
  private InstalledCni installed;

  @BeforeEach
  void prepare() throws IOException {
    Path shim = Files.writeString(folder.resolve("shim"), "the shim");
    installed =
        new InstalledCni(
            folder.resolve("net.d"), folder.resolve("bin"), shim, folder.resolve("list"));
  }

  @Test
  void whatIsPutThereIsTakenAwayAndNothingElse() throws IOException {
    Files.createDirectories(folder.resolve("bin"));
    Files.writeString(folder.resolve("bin/loopback"), "the distribution's");

    installed.install(CONF);
    installed.install(CONF);

    assertThat(folder.resolve("bin/patchbay")).hasContent("the shim");
    assertThat(folder.resolve("bin/loopback")).hasContent("the distribution's");
    assertThat(folder.resolve("net.d/05-patchbay.conflist")).hasContent(CONF);

    installed.remove(false);
    installed.remove(false);

    assertThat(names("bin")).containsExactly("loopback");
    assertThat(names("net.d")).isEmpty();
    assertThat(folder.resolve("list")).doesNotExist();
  }

  @Test
  void pluginThatStrangersContainersUseStaysUntilTheNextTime() throws IOException {
    installed.install(CONF);

    installed.remove(true);

    assertThat(names("bin")).containsExactlyInAnyOrder("patchbay", "loopback");
    assertThat(names("net.d")).isEmpty();

    installed.install(CONF);
    installed.remove(false);

    assertThat(names("bin")).isEmpty();
    assertThat(folder.resolve("list")).doesNotExist();
  }

  @Test
  void secondInstallationRenewsTheShim() throws IOException {
    installed.install(CONF);
    Files.writeString(folder.resolve("shim"), "a newer one");

    installed.install(CONF);

    assertThat(folder.resolve("bin/patchbay")).hasContent("a newer one");
    assertThat(folder.resolve("bin/loopback")).hasContent("a newer one");
  }

  @Test
  void strangersConfigurationOfOurNameIsRefused() throws IOException {
    Files.createDirectories(folder.resolve("net.d"));
    Path theirs = Files.writeString(folder.resolve("net.d/05-patchbay.conflist"), "{}");

    assertThatThrownBy(() -> installed.install(CONF))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(theirs + " is there and is not ours; move it away");
    assertThat(theirs).hasContent("{}");
  }

  private Stream<String> names(String sub) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(sub))) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }
}
