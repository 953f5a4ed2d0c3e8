package org.geometryos.compositor.recorder;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import org.sqlite.SQLiteJDBCLoader;

/**
 * SQLite's native library, which its driver unpacks before the first database is opened. The driver remembers for ever
 * that this failed if it is left to open a database by itself; so the library is loaded first, time and again until
 * that succeeds. Any thread.
 */
public final class NativeLibrary {
    /** Where the driver unpacks it. */
    private static final String FOLDER = "org.sqlite.tmpdir";
    // guarded by the class
    private static Path folder;
    private static boolean owner;
    private static boolean loaded;

    private NativeLibrary() {}

    /**
     * Has it unpacked in a folder, and not in that for temporary files of all programs, which may let nothing be run
     * from it, and where what a killed process leaves would pile up. Nothing changes if the system property
     * {@value #FOLDER} was set by somebody else.
     *
     * @param mine whether files that other processes have left there are to be deleted
     */
    public static synchronized void unpackIn(Path wanted, boolean mine) {
        String set = System.getProperty(FOLDER);
        if (set == null || folder != null && set.equals(folder.toString())) {
            folder = wanted.toAbsolutePath();
            owner = mine;
            System.setProperty(FOLDER, folder.toString());
        }
    }

    /** Loads it unless it is loaded. What fails may succeed the next time. */
    static synchronized void load() throws SQLException {
        if (loaded) {
            return;
        }
        try {
            if (folder != null) {
                Files.createDirectories(folder);
                tidy(ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH));
            }
            loaded = SQLiteJDBCLoader.initialize();
            if (!loaded) {
                throw new IOException("there is none for this system");
            }
        } catch (Exception | LinkageError e) {
            tidy(Instant.MAX);
            throw new SQLException(
                    "SQLite's native library cannot be unpacked and loaded in "
                            + System.getProperty(FOLDER, System.getProperty("java.io.tmpdir")) + " (" + e.getMessage()
                            + "); there must be room for it, and programs must be allowed to run from there",
                    e);
        }
    }

    /** Deletes what is older. */
    private static void tidy(Instant limit) {
        if (folder == null || !owner) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(limit)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            // it is in use, or the next attempt tells what is wrong
        }
    }
}
