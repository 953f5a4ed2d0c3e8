package org.geometryos.compositor.recorder;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.OptionalLong;

/** The database while it is written. One thread; another process or recorder may write beside it. */
final class Database implements AutoCloseable {
    /** Rows that one deletion takes; a deletion is a transaction. */
    private static final int TRIM_ROWS = 2_000;
    /** Pages given back to the file system after a deletion. */
    private static final int VACUUM_PAGES = 2_000;

    private static final String EMPTY = "NOT EXISTS (SELECT 1 FROM entry e WHERE e.epoch = recording.epoch)";
    private static final String OLDEST =
            "(SELECT epoch FROM recording WHERE NOT " + EMPTY + " ORDER BY started LIMIT 1)";

    private final Path file;
    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement missing;

    /** What one transaction writes. */
    interface Work {
        void run() throws SQLException;
    }

    private Database(Path file, Connection connection) throws SQLException {
        this.file = file;
        this.connection = connection;
        this.insert = connection.prepareStatement(
                "INSERT INTO entry (epoch, seq, time, received, kind, camera, json) VALUES (?, ?, ?, ?, ?, ?, ?)");
        this.missing = connection.prepareStatement(
                "INSERT INTO gap (epoch, first, last, noticed, reason) VALUES (?, ?, ?, ?, ?)");
    }

    /** Opens the database; made, with its folder, if it is not there. */
    static Database open(Path file) throws SQLException, IOException {
        Files.createDirectories(file.getParent());
        Connection connection = Sqlite.forWriting(file);
        try {
            Sqlite.execute(connection, "BEGIN IMMEDIATE");
            if (Sqlite.number(connection, "SELECT count(*) FROM sqlite_schema") == 0) {
                for (String statement : schema().split(";\n")) {
                    if (!statement.isBlank()) {
                        Sqlite.execute(connection, statement);
                    }
                }
            }
            Sqlite.execute(connection, "COMMIT");
            Sqlite.check(connection);
            renewSummary(connection);
            return new Database(file, connection);
        } catch (SQLException | IOException e) {
            Sqlite.close(connection);
            throw e;
        }
    }

    /** The view is for people and no part of the form, so that one which an older recorder made is replaced. */
    private static void renewSummary(Connection connection) throws SQLException, IOException {
        String schema = schema();
        String view = schema.substring(
                schema.indexOf("CREATE VIEW summary"), schema.indexOf(";\n", schema.indexOf("CREATE VIEW summary")));
        if (Sqlite.number(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'summary' AND sql = ?", view)
                == 0) {
            Sqlite.execute(connection, "BEGIN IMMEDIATE");
            Sqlite.execute(connection, "DROP VIEW IF EXISTS summary");
            Sqlite.execute(connection, view);
            Sqlite.execute(connection, "COMMIT");
        }
    }

    static String schema() throws IOException {
        try (InputStream in = Database.class.getResourceAsStream("schema.sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** All of it or nothing. After an exception the store is of no use any more. */
    void transaction(Work work) throws SQLException {
        Sqlite.execute(connection, "BEGIN IMMEDIATE");
        work.run();
        Sqlite.execute(connection, "COMMIT");
    }

    /** The position up to which a recording goes; empty if there is none of that epoch. */
    OptionalLong last(String epoch) throws SQLException {
        long last = Sqlite.number(connection, "SELECT last + 1 FROM recording WHERE epoch = ?", epoch);
        return last == 0 ? OptionalLong.empty() : OptionalLong.of(last - 1);
    }

    /** Begins a recording. @param started microseconds */
    void begin(String epoch, long started, long last) throws SQLException {
        update("INSERT INTO recording (epoch, started, last) VALUES (?, ?, ?)", epoch, started, last);
    }

    /** The position up to which it goes now. */
    void advance(String epoch, long last) throws SQLException {
        update("UPDATE recording SET last = ?2 WHERE epoch = ?1", epoch, last);
    }

    /** @param received microseconds */
    void add(String epoch, Row row, long received) throws SQLException {
        insert.setString(1, epoch);
        insert.setLong(2, row.seq());
        if (row.time().isPresent()) {
            insert.setLong(3, row.time().getAsLong());
        } else {
            insert.setNull(3, Types.INTEGER);
        }
        insert.setLong(4, received);
        insert.setString(5, row.kind());
        insert.setString(6, row.camera().orElse(null));
        insert.setString(7, row.json());
        insert.addBatch();
    }

    /** Writes what was added. */
    void flush() throws SQLException {
        insert.executeBatch();
    }

    void gap(String epoch, long first, long last, long noticed, String reason) throws SQLException {
        missing.setString(1, epoch);
        missing.setLong(2, first);
        missing.setLong(3, last);
        missing.setLong(4, noticed);
        missing.setString(5, reason);
        missing.executeUpdate();
    }

    /** Bytes of the file that are in use. */
    long used() throws SQLException {
        return (Sqlite.number(connection, "PRAGMA page_count") - Sqlite.number(connection, "PRAGMA freelist_count"))
                * Sqlite.number(connection, "PRAGMA page_size");
    }

    /**
     * Bytes of the write-ahead log. It is emptied time and again, but not past the beginning of somebody's transaction.
     */
    long log() throws IOException {
        Path log = file.resolveSibling(file.getFileName() + "-wal");
        return Files.exists(log) ? Files.size(log) : 0;
    }

    /** Tries to empty the log. */
    void emptyLog() throws SQLException {
        Sqlite.execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /**
     * Deletes some of the oldest entries, if they are too old or there is too much, and recordings without any.
     *
     * @param before entries received before this are too old, microseconds
     * @param maxBytes how much may be in use
     * @param current the recording that is written; it stays even when it is empty
     * @return whether there may be more to delete
     */
    boolean trim(long before, long maxBytes, String current) throws SQLException {
        if (Sqlite.number(connection, "SELECT count(*) FROM recording WHERE epoch <> ? AND " + EMPTY, current) > 0) {
            transaction(() -> {
                update("DELETE FROM recording WHERE epoch <> ? AND " + EMPTY, current);
                update("DELETE FROM gap WHERE epoch NOT IN (SELECT epoch FROM recording)");
            });
        }
        boolean tooMuch = used() > maxBytes;
        boolean tooOld = Sqlite.number(
                        connection,
                        "SELECT received < ? FROM entry WHERE epoch = " + OLDEST + " ORDER BY seq LIMIT 1",
                        before)
                > 0;
        if (tooMuch || tooOld) {
            transaction(() -> update(
                    "DELETE FROM entry WHERE epoch = " + OLDEST
                            + " AND seq IN (SELECT seq FROM (SELECT seq, received FROM entry WHERE epoch = " + OLDEST
                            + " ORDER BY seq LIMIT " + TRIM_ROWS + ") WHERE received < ?)",
                    tooMuch ? Long.MAX_VALUE : before));
        }
        giveBack();
        return tooMuch || tooOld;
    }

    private void giveBack() throws SQLException {
        if (Sqlite.number(connection, "PRAGMA freelist_count") > VACUUM_PAGES) {
            try (Statement statement = connection.createStatement();
                    ResultSet pages = statement.executeQuery("PRAGMA incremental_vacuum(" + VACUUM_PAGES + ")")) {
                while (pages.next()) {
                    // each step gives one page back
                }
            }
        }
    }

    private int update(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
        }
    }

    @Override
    public void close() {
        Sqlite.close(connection);
    }
}
