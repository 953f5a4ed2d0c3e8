package org.geometryos.compositor.io.files;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.osgi.framework.BundleContext;

/**
 * Where a bundle keeps what must outlive it: a folder of its own in the data folder, and never the framework's cache,
 * which anybody may delete. It belongs to one copy of the bundle at a time, by a lock that goes with the process. Any
 * thread.
 */
public final class StateFolder implements AutoCloseable {
    /** The framework property that names the data folder. */
    public static final String DATA = "compositor.data";

    private static final String KARAF = "karaf.data";
    private static final String DEFAULT = "compositor-data";

    private final BundleContext context;
    private final Path path;
    // guarded by this
    private FileChannel channel;
    private boolean mine;
    private boolean closed;

    private StateFolder(BundleContext context, Path path) {
        this.context = context;
        this.path = path;
    }

    /**
     * The data folder of the host: the framework property {@value #DATA}, in Karaf without it {@code compositor} in
     * Karaf's data folder, and elsewhere {@code compositor-data} in the working directory.
     */
    public static Path root(BundleContext context) {
        String host = property(context, DATA);
        String karaf = property(context, KARAF);
        return (!host.isEmpty() ? Path.of(host) : !karaf.isEmpty() ? Path.of(karaf, "compositor") : Path.of(DEFAULT))
                .toAbsolutePath()
                .normalize();
    }

    private static String property(BundleContext context, String name) {
        String value = context.getProperty(name);
        return value == null ? "" : value.strip();
    }

    /**
     * A file or folder of the data folder. What an earlier version left in the bundle's data area under that name is
     * moved here first.
     *
     * @param name relative to the data folder
     */
    public static Path inRoot(BundleContext context, String name) {
        Path place = root(context).resolve(name);
        Moved.here(dataArea(context, name), place);
        return place;
    }

    private static Path dataArea(BundleContext context, String name) {
        File file = context.getDataFile(name);
        return file == null ? Path.of(name) : file.toPath();
    }

    /**
     * Opens the folder of a bundle. A folder that cannot be written is no error here: each file says so when it is
     * written.
     *
     * @param name of the folder
     * @throws IllegalStateException if another process has the folder
     */
    public static StateFolder open(BundleContext context, String name) {
        StateFolder folder = new StateFolder(context, root(context).resolve(name));
        try {
            folder.mine();
        } catch (IOException e) {
            // each file tells when it is written
        }
        return folder;
    }

    public Path path() {
        return path;
    }

    /**
     * A file of this folder. What an earlier version left in the bundle's data area under that name is moved here
     * first.
     */
    public WholeFile file(String name) {
        Path file = path.resolve(name);
        Moved.here(dataArea(context, name), file);
        return new WholeFile(file, this);
    }

    /**
     * Whether this copy of the bundle is the one that writes. Another copy in the same framework is, until it is
     * stopped.
     *
     * @throws IOException if the folder cannot be made or locked
     * @throws IllegalStateException if another process has the folder
     */
    synchronized boolean mine() throws IOException {
        if (closed) {
            return false;
        }
        if (!Files.isDirectory(path)) {
            OwnerOnly.createDirectories(path);
            mine = false;
        }
        if (mine) {
            return true;
        }
        closeChannel();
        FileChannel opened =
                FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = opened.tryLock();
            if (lock == null) {
                opened.close();
                throw new IllegalStateException(
                        "the folder " + path + " is in use by another process; the framework property " + DATA
                                + " takes another data folder");
            }
            channel = opened;
            mine = true;
        } catch (OverlappingFileLockException e) {
            opened.close();
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        return mine;
    }

    private void closeChannel() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // the lock goes with the process at the latest
        }
        channel = null;
        mine = false;
    }

    /** Leaves the folder to the next copy of the bundle. Nothing is written afterwards. */
    @Override
    public synchronized void close() {
        closed = true;
        closeChannel();
    }
}
