package dev.patchbay.agent.journal;

import static dev.patchbay.agent.journal.Records.attached;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.patchbay.agent.journal.Journal.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full: a tmpfs of one megabyte, which needs root. */
class JournalDiskFullLiveTest {
  @TempDir private Path folder;

  @BeforeEach
  void mount() throws IOException, InterruptedException {
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=1m", "patchbay-test", folder.toString()),
        "a tmpfs cannot be mounted here");
  }

  @AfterEach
  void unmount() throws IOException, InterruptedException {
    run("umount", folder.toString());
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  @Test
  void fullDiskIsToldAndNothingThatWasWrittenIsLost() throws IOException {
    Path ballast = Files.write(folder.resolve("ballast"), new byte[300_000]);
    List<NicRecord> written = new ArrayList<>();
    try (Journal journal = Journal.open(folder.resolve("journal.db"))) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  NicRecord record = attached("c%03d".formatted(i), "eth0");
                  journal.write(List.of(record), Durability.PROCESS);
                  written.add(record);
                }
              })
          .isInstanceOf(Journal.JournalException.class)
          .hasMessageContaining("make room on its disk");
      assertThat(written).isNotEmpty();
      assertThat(journal.all()).containsExactlyElementsOf(written);
      Files.delete(ballast);
      journal.write(List.of(attached("later", "eth0")), Durability.POWER);
    }
    try (Journal journal = Journal.open(folder.resolve("journal.db"))) {
      assertThat(journal.quarantined()).isEmpty();
      assertThat(journal.all()).hasSize(written.size() + 1);
    }
  }
}
