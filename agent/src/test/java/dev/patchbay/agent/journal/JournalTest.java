package dev.patchbay.agent.journal;

import static dev.patchbay.agent.journal.Records.attached;
import static dev.patchbay.agent.journal.Records.in;
import static dev.patchbay.agent.journal.Records.story;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.agent.journal.Journal.Durability;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.plan.Bindings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JournalTest {
  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("state/journal.db");
  }

  private Journal open() {
    return Journal.open(file());
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void recordsAreThereAfterTheAgentWasAway(Durability durability) {
    NicRecord first = attached("c1", "eth0");
    NicRecord second = attached("c1", "net1");
    try (Journal journal = open()) {
      journal.write(List.of(first, second, attached("c2", "eth0")), durability);
      journal.forget(List.of(Records.key("c2", "eth0")), durability);
    }
    try (Journal journal = open()) {
      assertThat(journal.all()).containsExactly(first, second);
      assertThat(journal.ofContainer("c1")).containsExactly(first, second);
      assertThat(journal.ofContainer("c2")).isEmpty();
      assertThat(journal.quarantined()).isEmpty();
    }
  }

  @Test
  void laterRecordOfTheSameNicReplacesTheFormer() {
    try (Journal journal = open()) {
      journal.write(List.of(in(NicState.PLUGGING, "b", "c1", "eth0")), Durability.PROCESS);
      NicRecord later = attached("c1", "eth0");
      journal.write(List.of(later), Durability.PROCESS);
      assertThat(journal.all()).containsExactly(later);
    }
  }

  @Test
  void whatANicCameToIsReadBackWithItsIntent() {
    NicRecord intent = in(NicState.PLUGGING, "b", "c1", "eth0");
    Instant later = Records.SINCE.plusSeconds(1);
    NicRecord attached = intent.in(NicState.ATTACHED, Bindings.NONE, later, Optional.empty());
    try (Journal journal = open()) {
      journal.write(List.of(intent), Durability.PROCESS);
      journal.conclude(
          List.of(attached),
          List.of(),
          List.of(story("c1", "eth0", "demo/web", "attached")),
          Durability.PROCESS);
      assertThat(journal.ofContainer("c1")).containsExactly(attached);
      assertThat(journal.stories("c1")).hasSize(1);
      assertThat(journal.unsettled("b")).isEmpty();
    }
    try (Journal journal = open()) {
      assertThat(journal.all()).containsExactly(attached);
      journal.write(List.of(intent), Durability.PROCESS);
      assertThat(journal.all()).as("a later intent begins anew").containsExactly(intent);
    }
  }

  @Test
  void incarnationsOfOneNicAreApart() {
    try (Journal journal = open()) {
      journal.write(List.of(attached("c1", "eth0"), attached("c2", "eth0")), Durability.PROCESS);
      journal.forget(List.of(Records.key("c1", "eth0")), Durability.PROCESS);
      journal.forget(List.of(Records.key("c1", "eth0")), Durability.PROCESS);
      assertThat(journal.all()).containsExactly(attached("c2", "eth0"));
      assertThat(journal.ofNic(Records.key("c2", "eth0").owner(), Records.key("c2", "eth0").nic()))
          .containsExactly(attached("c2", "eth0"));
    }
  }

  @Test
  void aRowThatCannotBeReadDoesNotHideTheOthers() throws SQLException {
    try (Journal journal = open()) {
      journal.write(List.of(attached("c1", "eth0"), attached("c2", "eth0")), Durability.PROCESS);
    }
    try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = database.createStatement()) {
      statement.execute("update nic set record = '{\"of\":\"tomorrow\"}' where incarnation = 'c1'");
    }
    try (Journal journal = open()) {
      assertThat(journal.all()).containsExactly(attached("c2", "eth0"));
      assertThat(journal.quarantined()).isEmpty();
    }
  }

  /** A record of another boot has to be looked at, unless only its sticky lease is left. */
  @ParameterizedTest
  @EnumSource(NicState.class)
  void onlyWhatThisBootAttachedAndStickyLeasesAreSettled(NicState state) {
    try (Journal journal = open()) {
      journal.write(
          List.of(in(state, "this boot", "c1", "eth0"), in(state, "former boot", "c2", "eth0")),
          Durability.PROCESS);
      List<String> unsettled = journal.unsettled("this boot");
      assertThat(unsettled.contains("c1"))
          .isEqualTo(state != NicState.ATTACHED && state != NicState.DETACHED);
      assertThat(unsettled.contains("c2")).isEqualTo(state != NicState.DETACHED);
    }
  }

  @Test
  void storiesAreToldByPodAndByContainerInTheirOrder() {
    Story first = story("c1", "eth0", "demo/web", "rolled back");
    Story second = story("c2", "eth0", "demo/web", "attached");
    try (Journal journal = open()) {
      journal.tell(first);
      journal.tell(second);
      journal.tell(story("c3", "eth0", "demo/db", "attached"));
      assertThat(journal.stories("demo/web")).containsExactly(first, second);
      assertThat(journal.stories("c2")).containsExactly(second);
      assertThat(journal.stories("nobody")).isEmpty();
      assertThat(journal.subjects())
          .extracting(Journal.Subject::container)
          .containsExactly("c3", "c2", "c1");
    }
  }

  @Test
  void fileIsForRootOnly() throws IOException {
    open().close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  private void wroteMany() {
    try (Journal journal = open()) {
      for (int i = 0; i < 50; i++) {
        journal.write(List.of(attached("c" + i, "eth0")), Durability.PROCESS);
      }
    }
  }

  private void isSetAsideAndBegunAnew(byte[] damaged) throws IOException {
    Files.write(file(), damaged);
    try (Journal journal = open()) {
      assertThat(journal.quarantined()).isPresent();
      assertThat(Files.readAllBytes(journal.quarantined().orElseThrow())).isEqualTo(damaged);
      assertThat(journal.all()).isEmpty();
      journal.write(List.of(attached("c1", "eth0")), Durability.POWER);
    }
    try (Journal journal = open()) {
      assertThat(journal.all()).containsExactly(attached("c1", "eth0"));
      assertThat(journal.quarantined()).isPresent();
    }
  }

  @Test
  void garbageIsSetAside() throws IOException {
    Files.createDirectories(folder.resolve("state"));
    byte[] garbage = new byte[20_000];
    new Random(1).nextBytes(garbage);
    isSetAsideAndBegunAnew(garbage);
  }

  @Test
  void truncatedFileIsSetAside() throws IOException {
    wroteMany();
    byte[] whole = Files.readAllBytes(file());
    isSetAsideAndBegunAnew(Arrays.copyOf(whole, whole.length / 2));
  }

  @Test
  void pagesOverwrittenWithZeroesAreNoticed() throws IOException {
    wroteMany();
    byte[] bytes = Files.readAllBytes(file());
    Arrays.fill(bytes, 4096, bytes.length - 4096, (byte) 0);
    isSetAsideAndBegunAnew(bytes);
  }

  @Test
  void emptyFileIsANewJournal() throws IOException {
    Files.createDirectories(folder.resolve("state"));
    Files.createFile(file());
    try (Journal journal = open()) {
      assertThat(journal.all()).isEmpty();
      assertThat(journal.quarantined()).isEmpty();
    }
  }

  @Test
  void placeThatCannotHoldAFileIsNamed() throws IOException {
    Files.createFile(folder.resolve("state"));
    assertThatThrownBy(this::open)
        .isInstanceOf(Journal.JournalException.class)
        .hasMessageContaining(file().toString())
        .hasMessageContaining("make its folder writable");
  }

  @Test
  void writersAtTheSameTimeLoseNothing() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    try (Journal journal = open()) {
      for (int t = 0; t < 8; t++) {
        String container = "c" + t;
        threads.add(
            Thread.ofVirtual()
                .start(() -> {
                  for (int i = 0; i < 25; i++) {
                    journal.write(List.of(attached(container, "net" + i)), Durability.PROCESS);
                    journal.tell(story(container, "net" + i, "demo/web", "attached"));
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(journal.all()).hasSize(200);
      assertThat(journal.stories("demo/web")).hasSize(200);
    }
  }
}
