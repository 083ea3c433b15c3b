package dev.patchbay.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;

/**
 * What must be as before when all pods are gone.
 *
 * @param links in the host's namespace
 * @param namespaces with a name
 * @param reservations files of addresses
 * @param journalRows NICs that the journal knows
 * @param descriptors open in the agent
 */
record Census(long links, long namespaces, long reservations, long journalRows, long descriptors) {
  static Census take(AgentProcess agent, Path leases) {
    return new Census(
        Shell.lines("ip", "-o", "link").size(),
        Shell.lines("ip", "netns").size(),
        reservations(leases),
        journalRows(agent.journal()),
        agent.descriptors());
  }

  private static long reservations(Path leases) {
    if (!Files.isDirectory(leases)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(leases)) {
      return files
          .filter(file -> Character.isDigit(file.getFileName().toString().charAt(0)))
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long journalRows(Path journal) {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:file:" + journal + "?mode=ro");
        Statement statement = connection.createStatement();
        ResultSet count = statement.executeQuery("select count(*) from nic")) {
      return count.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is more than before, in words; descriptors may move by a few. */
  String leaks(Census before) {
    var text = new StringBuilder();
    leak(text, "links", links - before.links);
    leak(text, "namespaces", namespaces - before.namespaces);
    leak(text, "reservations", reservations - before.reservations);
    leak(text, "journal rows", journalRows - before.journalRows);
    leak(text, "descriptors", descriptors - before.descriptors);
    return text.isEmpty() ? "none" : text.toString();
  }

  private static void leak(StringBuilder text, String what, long more) {
    if (more != 0) {
      text.append(text.isEmpty() ? "" : ", ").append(more).append(' ').append(what);
    }
  }
}
