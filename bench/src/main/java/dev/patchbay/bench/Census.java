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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What must be as before when all pods are gone.
 *
 * @param links of pods, in the host's namespace: without those that networks share
 * @param shared bridges in the host's namespace, which their networks keep
 * @param namespaces with a name
 * @param reservations files of addresses
 * @param journalRows NICs that the journal knows
 * @param descriptors what the agent has open, as the kernel names it, without numbers
 */
record Census(
    long links,
    long shared,
    long namespaces,
    long reservations,
    long journalRows,
    List<String> descriptors) {
  /**
   * Opened once, at first use, and holding no pod: what the JVM waits for sockets with, and the way
   * home of each thread that visits namespaces.
   */
  private static final Set<String> OF_THE_PROCESS =
      Set.of("anon_inode:[eventpoll]", "anon_inode:[eventfd]", AgentProcess.HOME);

  static Census take(AgentProcess agent, Path leases) {
    long shared = Shell.lines("ip", "-o", "link", "show", "type", "bridge").size();
    return new Census(
        Shell.lines("ip", "-o", "link").size() - shared,
        shared,
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

  /** What is more than before and should not be, in words. */
  String leaks(Census before) {
    var text = new StringBuilder();
    leak(text, "links", links - before.links);
    leak(text, "namespaces", namespaces - before.namespaces);
    leak(text, "reservations", reservations - before.reservations);
    leak(text, "journal rows", journalRows - before.journalRows);
    newDescriptors(before).forEach((what, more) -> leak(text, "× " + what, more));
    return text.isEmpty() ? "none" : text.toString();
  }

  /** What networks and the agent keep from the first pod on, in words. */
  String kept(Census before) {
    return shared - before.shared + " bridges of networks";
  }

  /** What is open more often than before: a pod's namespace or a socket in it would pin the pod. */
  private Map<String, Long> newDescriptors(Census before) {
    Map<String, Long> more = new TreeMap<>();
    descriptors.forEach(one -> more.merge(one, 1L, Long::sum));
    before.descriptors.forEach(one -> more.merge(one, -1L, Long::sum));
    more.values().removeIf(count -> count <= 0);
    more.keySet().removeAll(OF_THE_PROCESS);
    return more;
  }

  private static void leak(StringBuilder text, String what, long more) {
    if (more != 0) {
      text.append(text.isEmpty() ? "" : ", ").append(more).append(' ').append(what);
    }
  }
}
