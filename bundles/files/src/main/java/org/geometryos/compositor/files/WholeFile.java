package org.geometryos.compositor.files;

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
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is there as a whole or not at all: written beside and renamed. One that cannot be read is set aside under a name that
 * tells when, and reported. One thread at a time.
 */
public final class WholeFile {
    private static final Logger LOG = LoggerFactory.getLogger(WholeFile.class);
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    /** Takes the content; throws if it is not what it should be. */
    public interface Take {
        void take(byte[] content) throws IOException;
    }

    private final Path path;

    public WholeFile(Path path) {
        this.path = path;
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
        Path aside = path.resolveSibling(path.getFileName() + ".damaged-" + STAMP.format(Instant.now()));
        try {
            Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
            LOG.error("{} cannot be used: {}; it is kept as {}, and a new one is begun", path, problem, aside.getFileName());
        } catch (IOException e) {
            LOG.error("{} cannot be used: {}; it cannot be set aside either ({})", path, problem, e.toString());
        }
        return Optional.of(problem);
    }

    public void write(byte[] content) throws IOException {
        Path beside = path.resolveSibling(path.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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
