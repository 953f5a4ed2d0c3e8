package org.geometryos.compositor.launcher.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.geometryos.compositor.io.files.OwnerOnly;
import org.geometryos.compositor.launcher.command.Console;

/** The folder that holds all state of one instance, locked while this instance runs. The lock goes with the process. */
final class DataFolder implements AutoCloseable {

    /**
     * What nobody else has any business with. The recordings and models beside it are given by whoever operates the
     * host.
     */
    private static final List<String> OWN =
            List.of("cache", "config", "connections", "log", "recorder", "scene", "tiles", "tmp");

    private final Path root;
    private final FileLock lock;

    private DataFolder(Path root, FileLock lock) {
        this.root = root;
        this.lock = lock;
    }

    static DataFolder open(Path root) throws StartException {
        FileChannel channel = null;
        try {
            OwnerOnly.createDirectories(root);
            channel = FileChannel.open(
                    root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                String owner = read(channel);
                channel.close();
                throw new StartException("the data folder " + root + " is in use by another instance"
                        + (owner.isEmpty() ? "" : " (process " + owner + ")") + "; --data takes another one");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            Files.createDirectories(root.resolve("recordings"));
            for (String name : OWN) {
                OwnerOnly.createDirectories(root.resolve(name));
                if (OwnerOnly.mend(root.resolve(name))) {
                    Console.error(
                            root.resolve(name) + " may hold secrets and could be read by others; it cannot any more");
                }
            }
            return new DataFolder(root.toRealPath(), lock);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new StartException("--data " + root + ": cannot be written (" + reason(e) + ")", e);
        }
    }

    Path path(String name) {
        return root.resolve(name);
    }

    Path root() {
        return root;
    }

    /** Copies the recordings of the distribution that are newer than those here; one edited here stays. */
    void addRecordings(Path recordings) throws StartException {
        if (!Files.isDirectory(recordings)) {
            return;
        }
        try (Stream<Path> files = Files.list(recordings)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy =
                        root.resolve("recordings").resolve(file.getFileName().toString());
                if (!Files.exists(copy)
                        || Files.getLastModifiedTime(copy).compareTo(Files.getLastModifiedTime(file)) < 0) {
                    Path temporary = copy.resolveSibling(file.getFileName() + ".tmp");
                    Files.copy(
                            file, temporary, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
                    Files.move(temporary, copy, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        } catch (IOException e) {
            throw new StartException("cannot copy the recordings to " + root + ": " + reason(e), e);
        }
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /**
     * A folder under a name without what somebody who gets it would take for something else: itself, or a link to it.
     */
    static Path without(String unwanted, Path folder) throws StartException {
        if (!folder.toString().contains(unwanted)) {
            return folder;
        }
        try {
            return Files.createSymbolicLink(
                    Files.createTempDirectory("compositor-").resolve("link"), folder);
        } catch (IOException | UnsupportedOperationException e) {
            throw new StartException(
                    folder + ": has a " + unwanted + " in its name, and a link to it cannot be made (" + e.getMessage()
                            + ")",
                    e);
        }
    }

    static String reason(IOException e) {
        return e.getClass() == IOException.class
                ? e.getMessage()
                : e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    @Override
    public void close() {
        closeQuietly(lock.acquiredBy() instanceof FileChannel channel ? channel : null);
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(32);
        channel.read(buffer, 0);
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII).strip();
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // the lock goes with the process at the latest
        }
    }
}
