package org.geometryos.compositor.recorder;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;
import java.util.stream.Stream;
import org.sqlite.SQLiteJDBCLoader;

/**
 * SQLite's native library, which its driver unpacks before the first database is opened. The driver remembers for ever
 * that this failed if it is left to open a database by itself; so the library is loaded first, time and again until
 * that succeeds. Any thread.
 */
public final class NativeLibrary {
    /** Where the driver unpacks it; of the whole process, so that a replaced bundle knows the folder again. */
    private static final String FOLDER = "org.sqlite.tmpdir";
    // guarded by the class
    private static Path parent;
    private static Path folder;
    private static boolean owner;
    private static boolean loaded;

    private NativeLibrary() {}

    /**
     * Has it unpacked below a folder, and not in that for temporary files of all programs, which may let nothing be run
     * from it, and where what a killed process leaves would pile up. Each process has a folder of its own there: by the
     * time of a file nobody can tell whose it is, since the system knows its own start to the second only. Nothing
     * changes if the system property {@value #FOLDER} was set by somebody else.
     *
     * @param mine whether what other processes have left there is to be deleted
     */
    public static synchronized void unpackIn(Path wanted, boolean mine) {
        Path below = wanted.toAbsolutePath();
        String set = System.getProperty(FOLDER);
        if (set == null || !below.equals(Path.of(set).getParent())) {
            boolean ours = set == null || folder != null && set.equals(folder.toString());
            if (!ours) {
                return;
            }
            set = below.resolve(UUID.randomUUID().toString()).toString();
            System.setProperty(FOLDER, set);
            // before the driver asks the same for its files, as they go in the reverse order
            new File(set).deleteOnExit();
        }
        parent = below;
        folder = Path.of(set);
        owner = mine;
    }

    /** Loads it unless it is loaded. What fails may succeed the next time. */
    static synchronized void load() throws SQLException {
        if (loaded) {
            return;
        }
        try {
            if (folder != null) {
                Files.createDirectories(folder);
                tidy();
            }
            loaded = SQLiteJDBCLoader.initialize();
            if (!loaded) {
                throw new IOException("there is none for this system");
            }
        } catch (Exception | LinkageError e) {
            remove(folder);
            throw new SQLException(
                    "SQLite's native library cannot be unpacked and loaded in "
                            + System.getProperty(FOLDER, System.getProperty("java.io.tmpdir")) + " (" + e.getMessage()
                            + "); there must be room for it, and programs must be allowed to run from there",
                    e);
        }
    }

    /** Deletes what other processes have left. */
    private static void tidy() throws IOException {
        if (owner) {
            try (Stream<Path> all = Files.list(parent)) {
                all.filter(other -> !other.equals(folder)).forEach(NativeLibrary::remove);
            }
        }
    }

    /** Deletes a file, or a folder with its files. */
    private static void remove(Path path) {
        if (path == null) {
            return;
        }
        try {
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                try (Stream<Path> files = Files.list(path)) {
                    files.forEach(NativeLibrary::remove);
                }
            }
            Files.deleteIfExists(path);
        } catch (IOException | UncheckedIOException e) {
            // it is in use, or the next attempt tells what is wrong
        }
    }
}
