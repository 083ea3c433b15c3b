package dev.patchbay.agent.journal;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.nic.Owner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
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

  /** How much a write has to survive. */
  public enum Durability {
    /** The agent's death. */
    PROCESS,
    /** A loss of power. */
    POWER
  }

  /** The journal's file failed; the message says how. */
  public static final class JournalException extends RuntimeException {
    JournalException(String message) {
      super(message);
    }

    JournalException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final JournalFile.Opened file;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();
  private Optional<Durability> synced = Optional.empty();
  private final List<JournalWatch> watches = new CopyOnWriteArrayList<>();

  private Journal(JournalFile.Opened file) {
    this.file = file;
  }

  /**
   * Opens the file, made with mode 0600 when missing. A damaged one is set aside, loudly, and a new
   * one begun; one of an older version is brought up to date, and one of a newer version refused.
   */
  public static Journal open(Path file) {
    return new Journal(JournalFile.open(file));
  }

  /**
   * A former journal that turned out damaged, at this start or an earlier one, and is still beside
   * this one: NICs may be there that no record tells of.
   */
  public Optional<Path> quarantined() {
    return file.quarantined().filter(Files::exists);
  }

  /** Writes records, all or none, replacing those of the same keys. */
  public void write(List<NicRecord> records, Durability durability) {
    transaction(durability, () -> put(records));
  }

  /**
   * Writes down how far NICs have come that were written before, all or none: state, what their ops
   * yielded, and trouble. Their plans stay as they were.
   */
  public void advance(List<NicRecord> records, Durability durability) {
    transaction(durability, () -> putStanding(records));
  }

  /** Tells one more of what becomes of NICs, after it is written. */
  public void watch(JournalWatch watch) {
    watches.add(watch);
  }

  /** Forgets records: the NICs are gone. */
  public void forget(List<NicKey> keys, Durability durability) {
    transaction(durability, () -> delete(keys));
    watches.forEach(watch -> watch.concluded(List.of(), keys));
  }

  /**
   * Ends an operation, all of it or nothing.
   *
   * @param advanced NICs that were written before, as {@link #advance} takes them
   * @param gone NICs to forget
   * @param stories what happened
   */
  public void conclude(
      List<NicRecord> advanced, List<NicKey> gone, List<Story> stories, Durability durability) {
    transaction(
        durability,
        () -> {
          putStanding(advanced);
          delete(gone);
          putStories(stories);
        });
    watches.forEach(watch -> watch.concluded(advanced, gone));
  }

  private void put(List<NicRecord> records) throws SQLException {
    PreparedStatement insert = prepared("insert or replace into nic values(?,?,?,?,?,?,?,?)");
    for (NicRecord record : records) {
      key(insert, 1, record.key());
      insert.setString(4, record.caller().network());
      insert.setString(5, record.state().name());
      insert.setString(6, record.bootId());
      insert.setString(7, JournalJson.MAPPER.writeValueAsString(record));
      insert.setString(8, JournalFile.AS_RECORDED);
      insert.executeUpdate();
    }
  }

  private void putStanding(List<NicRecord> records) throws SQLException {
    PreparedStatement update =
        prepared("update nic set state=?, now=? where owner=? and nic=? and incarnation=?");
    for (NicRecord record : records) {
      update.setString(1, record.state().name());
      update.setString(2, JournalJson.MAPPER.writeValueAsString(Standing.of(record)));
      key(update, 3, record.key());
      if (update.executeUpdate() == 0) {
        put(List.of(record));
      }
    }
  }

  private void delete(List<NicKey> keys) throws SQLException {
    PreparedStatement delete =
        prepared("delete from nic where owner=? and nic=? and incarnation=?");
    for (NicKey key : keys) {
      key(delete, 1, key);
      delete.executeUpdate();
    }
  }

  /** The NICs of one container, whatever their state. */
  public List<NicRecord> ofContainer(String containerId) {
    return query("where incarnation=? order by nic", containerId);
  }

  /** The NICs that callers' network of that name brought. */
  public List<NicRecord> ofNetwork(String network) {
    return query("where network=? order by incarnation, nic", network);
  }

  /**
   * The containers with a NIC that is not attached, or that another boot than this one attached.
   */
  public List<String> unsettled(String bootId) {
    return locked(() -> {
      List<String> containers = new ArrayList<>();
      try (PreparedStatement select =
          file.connection()
              .prepareStatement(
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
    return query("where owner=? and nic=? order by incarnation", owner.toString(), nic.value());
  }

  /** The records of an owner's NICs in all their incarnations. */
  public List<NicRecord> ofOwner(Owner owner) {
    return query("where owner=? order by incarnation, nic", owner.toString());
  }

  /** All NICs. */
  public List<NicRecord> all() {
    return query("order by owner, incarnation, nic");
  }

  /** Adds the story of what happened to a NIC. */
  public void tell(Story story) {
    transaction(Durability.PROCESS, () -> putStories(List.of(story)));
  }

  private void putStories(List<Story> stories) throws SQLException {
    PreparedStatement insert =
        prepared("insert into story(at, owner, nic, incarnation, pod, story) values(?,?,?,?,?,?)");
    for (Story story : stories) {
      insert.setString(1, story.at().toString());
      key(insert, 2, story.key());
      insert.setString(5, story.pod());
      insert.setString(6, JournalJson.MAPPER.writeValueAsString(story));
      insert.executeUpdate();
    }
    PreparedStatement delete =
        prepared("delete from story where id <= (select max(id) from story) - ?");
    delete.setInt(1, KEPT_STORIES);
    delete.executeUpdate();
  }

  /** The stories of a pod (namespace/name) or container ID, newest last. */
  public List<Story> stories(String podOrContainer) {
    return locked(() -> {
      List<Story> stories = new ArrayList<>();
      try (PreparedStatement select =
          file.connection()
              .prepareStatement(
                  "select story from story where incarnation = ? or pod = ? order by id")) {
        select.setString(1, podOrContainer);
        select.setString(2, podOrContainer);
        try (ResultSet rows = select.executeQuery()) {
          while (rows.next()) {
            read(() -> JournalJson.MAPPER.readValue(rows.getString(1), Story.class), "story")
                .ifPresent(stories::add);
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
      try (Statement select = file.connection().createStatement();
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

  /** A row that cannot be read must not hide the others; it stays and is told of. */
  private static <T> Optional<T> read(Reading<T> row, String what) throws SQLException {
    try {
      return Optional.of(row.run());
    } catch (JacksonException e) {
      LOG.error(
          "Patchbay: a {} in the journal cannot be read, and is left there: {}",
          what,
          e.getOriginalMessage());
      return Optional.empty();
    }
  }

  private List<NicRecord> query(String which, String... parameters) {
    return locked(() -> {
      List<NicRecord> records = new ArrayList<>();
      PreparedStatement select = prepared("select record, state, now from nic " + which);
      for (int i = 0; i < parameters.length; i++) {
        select.setString(i + 1, parameters[i]);
      }
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          read(() -> record(rows), "NIC").ifPresent(records::add);
        }
      }
      return records;
    });
  }

  private static NicRecord record(ResultSet row) throws SQLException {
    NicRecord written = JournalJson.MAPPER.readValue(row.getString(1), NicRecord.class);
    String standing = row.getString(3);
    if (standing.equals(JournalFile.AS_RECORDED)) {
      return written;
    }
    Standing now = JournalJson.MAPPER.readValue(standing, Standing.class);
    return written.in(NicState.valueOf(row.getString(2)), now.bound(), now.since(), now.trouble());
  }

  private static void key(PreparedStatement statement, int first, NicKey key) throws SQLException {
    statement.setString(first, key.owner().toString());
    statement.setString(first + 1, key.nic().value());
    statement.setString(first + 2, key.incarnation());
  }

  /** Parsed once, as that takes longer than most of them take to run. */
  private PreparedStatement prepared(String sql) throws SQLException {
    PreparedStatement known = prepared.get(sql);
    if (known == null) {
      known = file.connection().prepareStatement(sql);
      prepared.put(sql, known);
    }
    return known;
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
      sync(durability);
      prepared("begin immediate").execute();
      try {
        work.run();
        prepared("commit").execute();
      } catch (SQLException | RuntimeException e) {
        rollBack(e);
        throw e;
      }
      return Boolean.TRUE;
    });
  }

  /** A statement that failed cannot be used again, as when the disk was full. */
  private void rollBack(Exception failure) {
    try {
      for (PreparedStatement statement : prepared.values()) {
        statement.close();
      }
      prepared.clear();
      try (Statement statement = file.connection().createStatement()) {
        statement.execute("rollback");
      }
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  private void sync(Durability durability) throws SQLException {
    if (!synced.equals(Optional.of(durability))) {
      try (Statement statement = file.connection().createStatement()) {
        statement.execute(
            durability == Durability.POWER
                ? "pragma synchronous=full"
                : "pragma synchronous=normal");
      }
      synced = Optional.of(durability);
    }
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
      file.connection().close();
      return Boolean.TRUE;
    });
  }
}
