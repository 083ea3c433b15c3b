package dev.patchbay.agent.journal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's file: its schema, the version of it, and what becomes of a file that does not fit.
 */
final class JournalFile {
  private static final Logger LOG = LoggerFactory.getLogger(JournalFile.class);

  /**
   * The schema's version, in {@code pragma user_version}. 0 was everything before there was one: it
   * knew no column {@code now}.
   */
  static final int VERSION = 1;

  /** In the column {@code now}: nothing has changed since the record was written. */
  static final String AS_RECORDED = "";

  private static final String DAMAGED = ".damaged-";

  private static final List<String> SCHEMA =
      List.of(
          """
          create table if not exists nic(
            owner text not null, nic text not null, incarnation text not null,
            network text not null, state text not null, boot text not null, record text not null,
            now text not null default '',
            primary key(owner, nic, incarnation)) without rowid
          """,
          "create index if not exists nic_by_container on nic(incarnation)",
          "create index if not exists nic_by_state on nic(state, boot)",
          """
          create table if not exists story(
            id integer primary key, at text not null, owner text not null, nic text not null, incarnation text not null,
            pod text not null, story text not null)
          """,
          "create index if not exists story_by_nic on story(incarnation, nic)",
          "create index if not exists story_by_pod on story(pod)",
          "pragma user_version = " + VERSION);

  private JournalFile() {}

  /**
   * An open file.
   *
   * @param connection to it
   * @param quarantined the latest of former ones that turned out damaged, at whatever start, and
   *     were put aside
   */
  record Opened(Connection connection, Optional<Path> quarantined) {}

  static Opened open(Path file) {
    try {
      Files.createDirectories(folder(file));
      if (!Files.exists(file)) {
        create(file);
      }
      try {
        return new Opened(connect(file), damaged(file));
      } catch (SQLException damaged) {
        Path aside = setAside(file);
        LOG.error(
            "Patchbay: journal {} is damaged ({}); it is kept as {}. NICs made before are not known any more: compare with `patchbay get nics`",
            file,
            damaged.getMessage(),
            aside);
        return new Opened(connect(file), Optional.of(aside));
      }
    } catch (IOException | SQLException e) {
      throw new Journal.JournalException(
          "journal " + file + " cannot be opened: " + e.getMessage() + "; make its folder writable",
          e);
    }
  }

  private static void create(Path file) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private static Connection connect(Path file) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      int version = number(statement, "pragma user_version");
      if (version > VERSION) {
        throw new Journal.JournalException(newer(file, version));
      }
      statement.execute("pragma journal_mode=wal");
      statement.execute("pragma synchronous=normal");
      check(statement);
      update(statement, version);
      return connection;
    } catch (SQLException | Journal.JournalException e) {
      connection.close();
      throw e;
    }
  }

  private static String newer(Path file, int version) {
    return "journal "
        + file
        + " has version "
        + version
        + " of its schema, and this agent knows none later than "
        + VERSION
        + "; start the newer agent that wrote it, or move the file away and have all pods made anew";
  }

  private static void check(Statement statement) throws SQLException {
    try (ResultSet check = statement.executeQuery("pragma quick_check(1)")) {
      if (!check.next() || !check.getString(1).equals("ok")) {
        throw new SQLException("quick_check: " + check.getString(1));
      }
    }
  }

  /** All or nothing: an agent that dies on the way finds the former version again. */
  private static void update(Statement statement, int version) throws SQLException {
    if (version == VERSION) {
      return;
    }
    statement.execute("begin immediate");
    try {
      if (number(statement, "select count(*) from sqlite_schema where name = 'nic'") > 0) {
        statement.execute("alter table nic add column now text not null default ''");
      }
      for (String part : SCHEMA) {
        statement.execute(part);
      }
      statement.execute("commit");
    } catch (SQLException e) {
      statement.execute("rollback");
      throw e;
    }
  }

  private static int number(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getInt(1) : 0;
    }
  }

  /** A damaged one stays beside the journal until a person removes it. */
  private static Optional<Path> damaged(Path file) throws IOException {
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(folder(file), file.getFileName() + DAMAGED + "*")) {
      return StreamSupport.stream(all.spliterator(), false).max(Comparator.naturalOrder());
    }
  }

  private static Path folder(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a journal lives in a folder");
  }

  private static Path setAside(Path file) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + DAMAGED + Instant.now().getEpochSecond());
    Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
    for (String suffix : List.of("-wal", "-shm")) {
      Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
    }
    create(file);
    return aside;
  }
}
