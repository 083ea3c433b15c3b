package dev.patchbay.agent.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.agent.journal.Journal.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that other versions of the agent have written. */
class JournalVersionTest {
  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("journal.db");
  }

  private void sql(String... statements) throws SQLException {
    try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = database.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private int version() throws SQLException {
    try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery("pragma user_version")) {
      return row.getInt(1);
    }
  }

  @Test
  void newJournalHasTheVersionOfItsSchema() throws SQLException {
    Journal.open(file()).close();
    assertThat(version()).isEqualTo(JournalFile.VERSION);
  }

  /** The first agents wrote no version, and a record anew whenever it changed. */
  @Test
  void journalWithoutAVersionIsBroughtUpToDateWithAllItsRecords() throws SQLException {
    NicRecord attached = Records.attached("c1", "eth0");
    sql(
        """
        create table nic(
          owner text not null, nic text not null, incarnation text not null,
          network text not null, state text not null, boot text not null, record text not null,
          primary key(owner, nic, incarnation)) without rowid
        """,
        "insert into nic values('%s','eth0','c1','blue','ATTACHED','boot-1','%s')"
            .formatted(attached.key().owner(), JournalJson.MAPPER.writeValueAsString(attached)));
    try (Journal journal = Journal.open(file())) {
      assertThat(journal.quarantined()).isEmpty();
      assertThat(journal.all()).containsExactly(attached);
      journal.write(List.of(Records.attached("c2", "eth0")), Durability.PROCESS);
    }
    assertThat(version()).isEqualTo(JournalFile.VERSION);
    try (Journal journal = Journal.open(file())) {
      assertThat(journal.all()).hasSize(2);
    }
  }

  @Test
  void journalOfANewerAgentIsRefusedAndStaysAsItIs() throws SQLException, IOException {
    try (Journal journal = Journal.open(file())) {
      journal.write(List.of(Records.attached("c1", "eth0")), Durability.POWER);
    }
    sql("pragma user_version = 7");
    assertThatThrownBy(() -> Journal.open(file()))
        .isInstanceOf(Journal.JournalException.class)
        .hasMessageContaining(file().toString())
        .hasMessageContaining("version 7")
        .hasMessageContaining("start the newer agent");
    assertThat(version()).isEqualTo(7);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).noneMatch(path -> path.toString().contains("damaged"));
    }
  }
}
