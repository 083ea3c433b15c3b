package dev.patchbay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent does for a few seconds after its start. */
class RehearsalLiveTest {
  @TempDir private Path folder;

  @BeforeEach
  void mayMakeNamespaces() {
    try {
      NetnsHandle.create().close();
    } catch (IOException e) {
      Assumptions.abort("network namespaces cannot be made here: " + e.getMessage());
    }
  }

  private Rehearsal rehearsal() {
    String yaml = "stateDir: %1$s\nbinDir: %1$s/bin\n".formatted(folder);
    return Rehearsal.of(AgentConfig.parse(yaml, "the test"));
  }

  @Test
  void nicsArePluggedAndNothingIsLeft() throws IOException {
    var rounds = new AtomicInteger();

    int plugged = rehearsal().run(() -> rounds.incrementAndGet() <= 2);

    assertThat(plugged).isEqualTo(9);
    assertThat(folder).isEmptyDirectory();
    assertThat(NetworkInterface.networkInterfaces())
        .noneMatch(link -> link.getName().startsWith("rehearsal"));
  }

  @Test
  void whatAKilledRehearsalLeftGoesFirst() throws IOException {
    Path leases = Files.createDirectories(folder.resolve("rehearsal/leases/rehearsal0"));
    Files.writeString(leases.resolve("198.51.100.2"), "another\r\neth0");
    Files.writeString(folder.resolve("rehearsal/journal.db"), "no journal");
    var rounds = new AtomicInteger();

    assertThat(rehearsal().run(() -> rounds.incrementAndGet() <= 1)).isEqualTo(8);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whoeverNeedsTheMachineEndsIt() {
    assertThat(rehearsal().run(() -> false)).isZero();
  }
}
