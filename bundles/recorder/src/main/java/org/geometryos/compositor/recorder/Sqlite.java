package org.geometryos.compositor.recorder;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;

/** Connections to a database file. */
final class Sqlite {
    /** What the schema is called; another one is left alone. */
    static final int VERSION = 1;

    private static final int BUSY_MILLIS = 2_000;
    private static final int LOG_BYTES = 16 << 20;

    private Sqlite() {}

    /** For one that writes: write-ahead log, and pages that are freed are given back. Made if it is not there. */
    static Connection forWriting(Path file) throws SQLException {
        NativeLibrary.load();
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try {
            // in this order: the first can only be chosen before the first table
            execute(connection, "PRAGMA auto_vacuum = INCREMENTAL");
            execute(connection, "PRAGMA journal_mode = WAL");
            execute(connection, "PRAGMA synchronous = NORMAL");
            execute(connection, "PRAGMA journal_size_limit = " + LOG_BYTES);
            return connection;
        } catch (SQLException e) {
            close(connection);
            throw e;
        }
    }

    static Connection forReading(Path file) throws SQLException {
        NativeLibrary.load();
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(BUSY_MILLIS);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try {
            check(connection);
            return connection;
        } catch (SQLException e) {
            close(connection);
            throw e;
        }
    }

    /** @throws SQLException if the database was made by a program that is not this one, or newer */
    static void check(Connection connection) throws SQLException {
        long version = number(connection, "PRAGMA user_version");
        if (version != VERSION) {
            throw new SQLException(
                    "is no database of this recorder: its user_version must be " + VERSION + ", not " + version);
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of the first row; 0 if there is none. */
    static long number(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    /** Whatever comes of it: the process may lack the room to close in order. */
    static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // what was committed is in the file or its log
        }
    }
}
