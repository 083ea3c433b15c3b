package dev.patchbay.apiserver.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The objects on disk: one SQLite file in WAL mode, synchronous=FULL, so that a write that returned
 * is there after a crash and after a loss of power. One thread at a time.
 */
final class ObjectFile implements AutoCloseable {
  private static final int FORMAT = 1;
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Path file;
  private final Connection connection;
  private final PreparedStatement put;
  private final PreparedStatement delete;
  private final PreparedStatement version;

  private ObjectFile(Path file, Connection connection) throws SQLException {
    this.file = file;
    this.connection = connection;
    this.put =
        connection.prepareStatement("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?)");
    this.delete =
        connection.prepareStatement(
            "DELETE FROM objects WHERE grp = ? AND plural = ? AND namespace = ? AND name = ?");
    this.version = connection.prepareStatement("UPDATE clock SET version = ?");
  }

  /** Opens or makes it; throws StoreException when it is damaged or of a later version of ours. */
  static ObjectFile open(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().resolveSibling("."));
      Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
      try (Statement sql = connection.createStatement()) {
        sql.execute("PRAGMA journal_mode = WAL");
        sql.execute("PRAGMA synchronous = FULL");
        prepare(file, sql);
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
      connection.setAutoCommit(false);
      return new ObjectFile(file, connection);
    } catch (SQLException | IOException e) {
      throw broken(file, e);
    }
  }

  private static void prepare(Path file, Statement sql) throws SQLException {
    int format;
    try (ResultSet row = sql.executeQuery("PRAGMA user_version")) {
      format = row.getInt(1);
    }
    if (format > FORMAT) {
      throw new StoreException(
          file
              + " was written by a later Patchbay (format "
              + format
              + ", this one knows "
              + FORMAT
              + "); run that one, or move the file away and lose its objects");
    }
    sql.execute(
        "CREATE TABLE IF NOT EXISTS objects (grp TEXT, plural TEXT, namespace TEXT, name TEXT,"
            + " version INTEGER NOT NULL, json TEXT NOT NULL,"
            + " PRIMARY KEY (grp, plural, namespace, name)) WITHOUT ROWID");
    sql.execute("CREATE TABLE IF NOT EXISTS clock (version INTEGER NOT NULL)");
    sql.execute("INSERT INTO clock SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM clock)");
    sql.execute("PRAGMA user_version = " + FORMAT);
  }

  /** The version of the last write. */
  long lastVersion() {
    try (Statement sql = connection.createStatement();
        ResultSet row = sql.executeQuery("SELECT version FROM clock")) {
      return row.getLong(1);
    } catch (SQLException e) {
      throw broken(file, e);
    }
  }

  /** Every object. */
  List<Stored> all() {
    List<Stored> all = new ArrayList<>();
    try (Statement sql = connection.createStatement();
        ResultSet row = sql.executeQuery("SELECT * FROM objects")) {
      while (row.next()) {
        var key =
            new ObjectKey(row.getString(1), row.getString(2), row.getString(3), row.getString(4));
        all.add(new Stored(key, row.getLong(5), (ObjectNode) JSON.readTree(row.getString(6))));
      }
      return all;
    } catch (SQLException | JacksonException | ClassCastException e) {
      throw broken(file, e);
    }
  }

  /** Writes one change; when this returns, it is there for good. */
  void write(long number, ObjectKey key, Optional<ObjectNode> object) {
    try {
      PreparedStatement sql = object.isPresent() ? put : delete;
      sql.setString(1, key.group());
      sql.setString(2, key.plural());
      sql.setString(3, key.namespace());
      sql.setString(4, key.name());
      if (object.isPresent()) {
        sql.setLong(5, number);
        sql.setString(6, JSON.writeValueAsString(object.get()));
      }
      sql.executeUpdate();
      version.setLong(1, number);
      version.executeUpdate();
      connection.commit();
    } catch (SQLException e) {
      undo(e);
      throw new StoreException(
          file + ": a write failed and was not done: " + e.getMessage() + "; is the disk full?", e);
    }
  }

  private void undo(SQLException failed) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      failed.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw broken(file, e);
    }
  }

  private static StoreException broken(Path file, Exception e) {
    return new StoreException(
        file
            + " cannot be used: "
            + e.getMessage()
            + "; restore it from a copy, or move it away and apply your objects again",
        e);
  }
}
