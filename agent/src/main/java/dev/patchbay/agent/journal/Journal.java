package dev.patchbay.agent.journal;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.nic.Owner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * The journal, in one SQLite file. An ordinary write survives the agent's death; what a third-party
 * plugin was or will be told survives a loss of power too, because nobody else remembers it. Safe
 * for concurrent use.
 */
public final class Journal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

  /** Stories of more NICs than this are forgotten, the oldest first. */
  private static final int KEPT_STORIES = 20_000;

  private static final List<String> SCHEMA =
      List.of(
          """
          create table if not exists nic(
            owner text not null, nic text not null, incarnation text not null,
            network text not null, state text not null, boot text not null, record text not null,
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
          "create index if not exists story_by_pod on story(pod)");

  /** How much a write has to survive. */
  public enum Durability {
    /** The agent's death. */
    PROCESS,
    /** A loss of power. */
    POWER
  }

  /** The journal's file failed; the message says how. */
  public static final class JournalException extends RuntimeException {
    JournalException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Connection connection;
  private final Optional<Path> quarantined;

  private Journal(Connection connection, Optional<Path> quarantined) {
    this.connection = connection;
    this.quarantined = quarantined;
  }

  /**
   * Opens the file, made with mode 0600 when missing. A damaged one is set aside, loudly, and a new
   * one begun.
   */
  public static Journal open(Path file) {
    try {
      Files.createDirectories(
          java.util.Objects.requireNonNull(
              file.toAbsolutePath().getParent(), "a journal lives in a folder"));
      if (!Files.exists(file)) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      try {
        return new Journal(connect(file), Optional.empty());
      } catch (SQLException damaged) {
        Path aside = setAside(file);
        LOG.error(
            "Patchbay: journal {} is damaged ({}); it is kept as {}. NICs made before are not known any more: compare with `patchbay get nics`",
            file,
            damaged.getMessage(),
            aside);
        return new Journal(connect(file), Optional.of(aside));
      }
    } catch (IOException | SQLException e) {
      throw new JournalException(
          "journal " + file + " cannot be opened: " + e.getMessage() + "; make its folder writable",
          e);
    }
  }

  private static Connection connect(Path file) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("pragma journal_mode=wal");
      statement.execute("pragma synchronous=normal");
      try (ResultSet check = statement.executeQuery("pragma quick_check(1)")) {
        if (!check.next() || !check.getString(1).equals("ok")) {
          throw new SQLException("quick_check: " + check.getString(1));
        }
      }
      for (String table : SCHEMA) {
        statement.execute(table);
      }
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static Path setAside(Path file) throws IOException {
    Path aside =
        file.resolveSibling(file.getFileName() + ".damaged-" + Instant.now().getEpochSecond());
    Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
    for (String suffix : List.of("-wal", "-shm")) {
      Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
    }
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return aside;
  }

  /** Where the former journal was put when it turned out damaged at this start. */
  public Optional<Path> quarantined() {
    return quarantined;
  }

  /** Writes records, all or none, replacing those of the same keys. */
  public void write(List<NicRecord> records, Durability durability) {
    transaction(
        durability,
        () -> {
          try (PreparedStatement insert =
              connection.prepareStatement("insert or replace into nic values(?,?,?,?,?,?,?)")) {
            for (NicRecord record : records) {
              key(insert, record.key());
              insert.setString(4, record.caller().network());
              insert.setString(5, record.state().name());
              insert.setString(6, record.bootId());
              insert.setString(7, JournalJson.MAPPER.writeValueAsString(record));
              insert.executeUpdate();
            }
          }
        });
  }

  /** Forgets records: the NICs are gone. */
  public void forget(List<NicKey> keys, Durability durability) {
    transaction(
        durability,
        () -> {
          try (PreparedStatement delete =
              connection.prepareStatement(
                  "delete from nic where owner=? and nic=? and incarnation=?")) {
            for (NicKey key : keys) {
              key(delete, key);
              delete.executeUpdate();
            }
          }
        });
  }

  /** The NICs of one container, whatever their state. */
  public List<NicRecord> ofContainer(String containerId) {
    return query("select record from nic where incarnation=? order by nic", containerId);
  }

  /** The NICs that callers' network of that name brought. */
  public List<NicRecord> ofNetwork(String network) {
    return query("select record from nic where network=? order by incarnation, nic", network);
  }

  /**
   * The containers with a NIC that is not attached, or that another boot than this one attached.
   */
  public List<String> unsettled(String bootId) {
    return locked(() -> {
      List<String> containers = new ArrayList<>();
      try (PreparedStatement select =
          connection.prepareStatement(
              "select distinct incarnation from nic where state not in (?, ?) or (state <> ? and boot <> ?) order by incarnation")) {
        select.setString(1, NicState.ATTACHED.name());
        select.setString(2, NicState.DETACHED.name());
        select.setString(3, NicState.DETACHED.name());
        select.setString(4, bootId);
        try (ResultSet rows = select.executeQuery()) {
          while (rows.next()) {
            containers.add(rows.getString(1));
          }
        }
      }
      return containers;
    });
  }

  /** The records of a NIC in all its incarnations. */
  public List<NicRecord> ofNic(Owner owner, IfName nic) {
    return query(
        "select record from nic where owner=? and nic=? order by incarnation",
        owner.toString(),
        nic.value());
  }

  /** The records of an owner's NICs in all their incarnations. */
  public List<NicRecord> ofOwner(Owner owner) {
    return query(
        "select record from nic where owner=? order by incarnation, nic", owner.toString());
  }

  /** All NICs. */
  public List<NicRecord> all() {
    return query("select record from nic order by owner, incarnation, nic");
  }

  /** Adds the story of what happened to a NIC. */
  public void tell(Story story) {
    transaction(
        Durability.PROCESS,
        () -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  "insert into story(at, owner, nic, incarnation, pod, story) values(?,?,?,?,?,?)")) {
            insert.setString(1, story.at().toString());
            insert.setString(2, story.key().owner().toString());
            insert.setString(3, story.key().nic().toString());
            insert.setString(4, story.key().incarnation());
            insert.setString(5, story.pod());
            insert.setString(6, JournalJson.MAPPER.writeValueAsString(story));
            insert.executeUpdate();
          }
          try (PreparedStatement delete =
              connection.prepareStatement(
                  "delete from story where id <= (select max(id) from story) - ?")) {
            delete.setInt(1, KEPT_STORIES);
            delete.executeUpdate();
          }
        });
  }

  /** The stories of a pod (namespace/name) or container ID, newest last. */
  public List<Story> stories(String podOrContainer) {
    return locked(() -> {
      List<Story> stories = new ArrayList<>();
      try (PreparedStatement select =
          connection.prepareStatement(
              "select story from story where incarnation = ? or pod = ? order by id")) {
        select.setString(1, podOrContainer);
        select.setString(2, podOrContainer);
        try (ResultSet rows = select.executeQuery()) {
          while (rows.next()) {
            read(rows.getString(1), Story.class).ifPresent(stories::add);
          }
        }
      }
      return stories;
    });
  }

  /**
   * What stories are about.
   *
   * @param pod namespace/name; empty when unknown
   * @param container the CNI container ID
   */
  public record Subject(String pod, String container) {}

  /** All that stories are told about, the newest first. */
  public List<Subject> subjects() {
    return locked(() -> {
      List<Subject> subjects = new ArrayList<>();
      try (Statement select = connection.createStatement();
          ResultSet rows =
              select.executeQuery(
                  "select pod, incarnation from story group by pod, incarnation order by max(id) desc")) {
        while (rows.next()) {
          subjects.add(new Subject(rows.getString(1), rows.getString(2)));
        }
      }
      return subjects;
    });
  }

  /**
   * A row that cannot be read, as of another version, must not hide the others; it stays and is
   * told of.
   */
  private static <T> Optional<T> read(String json, Class<T> type) {
    try {
      return Optional.of(JournalJson.MAPPER.readValue(json, type));
    } catch (JacksonException e) {
      LOG.error(
          "Patchbay: a {} in the journal cannot be read, and is left there: {}",
          type.getSimpleName(),
          e.getOriginalMessage());
      return Optional.empty();
    }
  }

  private List<NicRecord> query(String sql, String... parameters) {
    return locked(() -> {
      List<NicRecord> records = new ArrayList<>();
      try (PreparedStatement select = connection.prepareStatement(sql)) {
        for (int i = 0; i < parameters.length; i++) {
          select.setString(i + 1, parameters[i]);
        }
        try (ResultSet rows = select.executeQuery()) {
          while (rows.next()) {
            read(rows.getString(1), NicRecord.class).ifPresent(records::add);
          }
        }
      }
      return records;
    });
  }

  private static void key(PreparedStatement statement, NicKey key) throws SQLException {
    statement.setString(1, key.owner().toString());
    statement.setString(2, key.nic().value());
    statement.setString(3, key.incarnation());
  }

  @FunctionalInterface
  private interface Work {
    void run() throws SQLException;
  }

  @FunctionalInterface
  private interface Reading<T> {
    T run() throws SQLException;
  }

  private void transaction(Durability durability, Work work) {
    locked(() -> {
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            durability == Durability.POWER
                ? "pragma synchronous=full"
                : "pragma synchronous=normal");
        statement.execute("begin immediate");
        try {
          work.run();
          statement.execute("commit");
        } catch (SQLException | RuntimeException e) {
          statement.execute("rollback");
          throw e;
        }
      }
      return Boolean.TRUE;
    });
  }

  private <T> T locked(Reading<T> reading) {
    lock.lock();
    try {
      return reading.run();
    } catch (SQLException e) {
      throw new JournalException(
          "journal: " + e.getMessage() + "; make room on its disk, or make it writable", e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    locked(() -> {
      connection.close();
      return Boolean.TRUE;
    });
  }
}
