package org.geometryos.compositor.recorder;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.geometryos.compositor.api.recording.RecordedEntry;
import org.geometryos.compositor.api.recording.Recording;
import org.geometryos.compositor.api.recording.RecordingException;
import org.geometryos.compositor.api.recording.Selection;

/**
 * Reads a database, also while it is written, here or by another process. Each call has a connection of its own; any
 * thread.
 */
public final class Archive {
    private final Path file;

    public Archive(Path file) {
        this.file = file;
    }

    /** See {@link org.geometryos.compositor.api.recording.Recorder#recordings()}; none if there is no database. */
    public List<Recording> recordings() throws RecordingException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (Connection connection = Sqlite.forReading(file);
                PreparedStatement summary = connection.prepareStatement("""
                        SELECT r.epoch, r.started, min(e.received), max(e.received), max(e.seq), count(*),
                          (SELECT coalesce(sum(g.last - g.first + 1), 0) FROM gap g WHERE g.epoch = r.epoch AND g.reason <> 'not recording'
                            AND g.last > (SELECT min(b.seq) FROM entry b WHERE b.epoch = r.epoch))
                        FROM recording r JOIN entry e ON e.epoch = r.epoch GROUP BY r.epoch ORDER BY r.started, r.epoch""");
                PreparedStatement cameras = connection.prepareStatement(
                        "SELECT DISTINCT camera FROM entry WHERE epoch = ? AND kind = 'camera' ORDER BY camera");
                ResultSet rows = summary.executeQuery()) {
            List<Recording> found = new ArrayList<>();
            while (rows.next()) {
                String epoch = rows.getString(1);
                found.add(new Recording(
                        epoch,
                        rows.getLong(2),
                        rows.getLong(3),
                        rows.getLong(4),
                        rows.getLong(5),
                        rows.getLong(6),
                        texts(cameras, epoch),
                        rows.getLong(7)));
            }
            return found;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static List<String> texts(PreparedStatement statement, String parameter) throws SQLException {
        statement.setString(1, parameter);
        List<String> texts = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    /** See {@link org.geometryos.compositor.api.recording.Recorder#read}. */
    public List<RecordedEntry> read(Selection what, long after, int max) throws RecordingException {
        if (!Files.exists(file)) {
            throw new RecordingException("there is no database " + file);
        }
        String sql = "SELECT seq, received, json FROM entry WHERE epoch = ? AND seq > ? AND received BETWEEN ? AND ?"
                + (what.viewsOnly() ? " AND kind = 'camera'" : "")
                + (what.cameras().isEmpty()
                        ? ""
                        : " AND camera IN (?" + ", ?".repeat(what.cameras().size() - 1) + ")")
                + " ORDER BY seq LIMIT ?";
        try (Connection connection = Sqlite.forReading(file);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, what.epoch());
            statement.setLong(2, after);
            statement.setLong(3, what.from());
            statement.setLong(4, what.to());
            int next = 5;
            for (String camera : what.cameras()) {
                statement.setString(next++, camera);
            }
            statement.setInt(next, max);
            List<RecordedEntry> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(new RecordedEntry(rows.getLong(1), rows.getLong(2), rows.getString(3)));
                }
            }
            return found;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** See {@link org.geometryos.compositor.api.recording.Recorder#newest}. */
    public List<RecordedEntry> newest(Selection what, long before) throws RecordingException {
        if (!Files.exists(file) || what.cameras().isEmpty()) {
            return List.of();
        }
        try (Connection connection = Sqlite.forReading(file);
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT seq, received, json, camera FROM entry WHERE epoch = ? AND seq < ? AND kind = 'camera'"
                                + " AND received BETWEEN ? AND ? ORDER BY seq DESC")) {
            statement.setString(1, what.epoch());
            statement.setLong(2, Math.min(before, behind(connection, what.epoch(), what.to())));
            statement.setLong(3, what.from());
            statement.setLong(4, what.to());
            Set<String> wanted = new HashSet<>(what.cameras());
            List<RecordedEntry> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (!wanted.isEmpty() && rows.next()) {
                    if (wanted.remove(rows.getString(4))) {
                        found.add(new RecordedEntry(rows.getLong(1), rows.getLong(2), rows.getString(3)));
                    }
                }
            }
            return found;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** The number behind the last entry that was received at this time or earlier; by halves, as no index has times. */
    private static long behind(Connection connection, String epoch, long received) throws SQLException {
        if (received == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        try (PreparedStatement range =
                        connection.prepareStatement("SELECT min(seq), max(seq) FROM entry WHERE epoch = ?");
                PreparedStatement at = connection.prepareStatement(
                        "SELECT seq, received FROM entry WHERE epoch = ? AND seq <= ? ORDER BY seq DESC LIMIT 1")) {
            range.setString(1, epoch);
            long low;
            long high;
            try (ResultSet row = range.executeQuery()) {
                if (!row.next() || row.getObject(1) == null) {
                    return 0;
                }
                low = row.getLong(1);
                high = row.getLong(2) + 1;
            }
            at.setString(1, epoch);
            // below low all came in time, at high and behind none did
            while (low < high) {
                long middle = low + (high - low) / 2;
                at.setLong(2, middle);
                try (ResultSet row = at.executeQuery()) {
                    if (row.next() && row.getLong(2) > received) {
                        high = row.getLong(1);
                    } else {
                        low = middle + 1;
                    }
                }
            }
            return low;
        }
    }

    private RecordingException failed(SQLException e) {
        return new RecordingException("the database " + file + " cannot be read: " + e.getMessage(), e);
    }
}
