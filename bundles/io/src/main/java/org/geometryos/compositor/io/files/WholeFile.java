package org.geometryos.compositor.io.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is there as a whole or not at all: written beside and renamed, both down to the disk. One that cannot be
 * used is set aside under a name that tells when, and reported. One thread at a time, but for {@link #problems()}.
 */
public final class WholeFile {
    private static final Logger LOG = LoggerFactory.getLogger(WholeFile.class);
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** Takes the content; throws if it is not what it should be. */
    public interface Take {
        void take(byte[] content) throws IOException;
    }

    private final Path path;
    private final StateFolder folder;
    private volatile String unread;
    private volatile String unwritten;

    /** @param folder whose lock allows to write, or null if nobody else writes */
    WholeFile(Path path, StateFolder folder) {
        this.path = path;
        this.folder = folder;
    }

    public WholeFile(Path path) {
        this(path, null);
    }

    /**
     * Hands the content on, if there is any.
     *
     * @param take an exception of it counts as damage
     * @return what was wrong, if anything was
     */
    public Optional<String> read(Take take) {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        String problem;
        try {
            take.take(Files.readAllBytes(path));
            return Optional.empty();
        } catch (IOException e) {
            problem = e.toString();
        } catch (RuntimeException e) {
            problem = e.getMessage() == null ? e.toString() : e.getMessage();
        }
        Path aside = aside(path, "damaged");
        try {
            Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
            unread = path + " could not be used: " + problem + "; it is kept as " + aside.getFileName()
                    + ", and a new one was begun";
        } catch (IOException e) {
            unread = path + " cannot be used: " + problem + "; it cannot be set aside either (" + e + ")";
        }
        LOG.error("{}", unread);
        return Optional.of(problem);
    }

    /** The name under which something is kept. */
    static Path aside(Path path, String why) {
        return path.resolveSibling(path.getFileName() + "." + why + "-" + STAMP.format(Instant.now()));
    }

    /** Whether this copy of the bundle is the one that writes; see {@link StateFolder}. */
    public boolean mine() {
        try {
            return folder == null || folder.mine();
        } catch (IOException | IllegalStateException e) {
            return true;
        }
    }

    /**
     * Writes the content. A disk that takes nothing is reported once, and once more when it takes it again.
     *
     * @return whether it is on the disk; if not, the caller tries again later
     */
    public boolean save(byte[] content) {
        try {
            if (folder != null && !folder.mine()) {
                return false;
            }
            write(content);
        } catch (IOException | IllegalStateException e) {
            if (unwritten == null) {
                LOG.error("{} cannot be written ({}); it is tried again until it can", path, e.toString());
            }
            unwritten = path + " cannot be written: " + e;
            return false;
        }
        if (unwritten != null) {
            unwritten = null;
            LOG.info("{} can be written again", path);
        }
        return true;
    }

    private void write(byte[] content) throws IOException {
        Path beside = path.resolveSibling(path.getFileName() + ".new");
        Set<StandardOpenOption> options =
                EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(beside, options, OwnerOnly.file(path))) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(path.toAbsolutePath().getParent());
    }

    /** A rename is on the disk when its folder is. Systems that cannot open folders see to it by themselves. */
    static void force(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            LOG.debug("{} cannot be forced to the disk", folder, e);
        }
    }

    /**
     * What is wrong at present, each in a sentence: that it was damaged when it was read, or cannot be written. Any
     * thread.
     */
    public List<String> problems() {
        return Stream.of(Optional.ofNullable(unread), Optional.ofNullable(unwritten))
                .flatMap(Optional::stream)
                .toList();
    }

    public void delete() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.error("{} cannot be deleted", path, e);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
