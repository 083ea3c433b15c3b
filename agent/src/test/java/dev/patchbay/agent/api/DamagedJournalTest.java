package dev.patchbay.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a journal knew that turned out damaged. */
class DamagedJournalTest {
  @TempDir private Path folder;

  @Test
  void delReleasesWhatCanBeToldFromItsConfigurationAlone() throws IOException {
    String conf;
    try (Node node = new Node(folder)) {
      conf = node.bridgeConf("pods", "10.97.0.0/24", "");
      node.pod("c1", "demo/web");
      assertThat(reservations()).containsExactly("10.97.0.2");
    }
    damage();

    try (Node node = new Node(folder)) {
      assertThat(node.del("c1", "demo/web", conf).exitCode()).isZero();

      assertThat(reservations()).isEmpty();
      assertThat(node.journal.all()).isEmpty();
      assertThat(node.del("c1", "demo/web", conf).exitCode()).isZero();
    }
  }

  @Test
  void laterAgentsKnowOfItUntilTheDamagedFileIsRemoved() throws IOException {
    String conf;
    try (Node node = new Node(folder)) {
      conf = node.bridgeConf("pods", "10.97.0.0/24", "");
      node.pod("c1", "demo/web");
      node.pod("c2", "demo/db");
    }
    damage();
    try (Node node = new Node(folder)) {
      assertThat(node.ask("check", "{}").toString()).contains("was damaged and begun anew");
    }

    try (Node node = new Node(folder)) {
      assertThat(node.ask("check", "{}").toString())
          .contains("was damaged and begun anew", "rm " + damaged());
      assertThat(node.del("c1", "demo/web", conf).exitCode()).isZero();
      assertThat(reservations()).containsExactly("10.97.0.3");

      Files.delete(damaged());

      assertThat(node.ask("check", "{}").toString()).doesNotContain("damaged");
      assertThat(node.del("c2", "demo/db", conf).exitCode()).isZero();
      assertThat(reservations()).containsExactly("10.97.0.3");
    }
  }

  private Path damaged() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().contains("journal.db.damaged-"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void delOfAnotherInterfaceReleasesNothing() throws IOException {
    String conf;
    try (Node node = new Node(folder)) {
      conf = node.bridgeConf("pods", "10.97.0.0/24", "");
      node.pod("c1", "demo/web");
    }
    damage();

    try (Node node = new Node(folder)) {
      assertThat(node.del("c2", "demo/other", conf).exitCode()).isZero();

      assertThat(reservations()).containsExactly("10.97.0.2");
    }
  }

  private void damage() throws IOException {
    Files.writeString(folder.resolve("journal.db"), "no database any more");
    Files.deleteIfExists(folder.resolve("journal.db-wal"));
    Files.deleteIfExists(folder.resolve("journal.db-shm"));
  }

  private List<String> reservations() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("leases/pods"))) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.startsWith("10."))
          .sorted()
          .toList();
    }
  }
}
