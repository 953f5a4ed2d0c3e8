package org.geometryos.compositor.connections;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JSON document on disk that is there as a whole or not at all: written beside and renamed. One that cannot be read is set aside
 * under a name that tells when, and reported.
 */
final class JsonFile {
    private static final Logger LOG = LoggerFactory.getLogger(JsonFile.class);
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);
    /** Trees alone go through it: no class of ours gets into a cache of the library's. */
    static final ObjectMapper MAPPER = new ObjectMapper();

    /** Takes a document; throws if it is not what it should be. */
    interface Take {
        void take(JsonNode document);
    }

    private final Path path;

    JsonFile(Path path) {
        this.path = path;
    }

    /**
     * Hands the document on, if there is one.
     *
     * @param take a {@link RuntimeException} of it counts as damage
     * @return what was wrong with it, if anything was
     */
    Optional<String> read(Take take) {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        String problem;
        try {
            JsonNode document = MAPPER.readTree(Files.readAllBytes(path));
            if (document == null || !document.isObject()) {
                problem = "it holds no JSON object";
            } else {
                take.take(document);
                return Optional.empty();
            }
        } catch (JacksonException e) {
            problem = "it is no JSON (" + e.getOriginalMessage() + ")";
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

    void write(JsonNode document) throws IOException {
        Path beside = path.resolveSibling(path.getFileName() + ".new");
        byte[] bytes;
        try {
            bytes = MAPPER.writeValueAsBytes(document);
        } catch (JacksonException e) {
            throw new UncheckedIOException(e);
        }
        try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void delete() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.error("{} cannot be deleted", path, e);
        }
    }

    /** A member that must be text. */
    static String text(JsonNode node, String member) {
        String text = node.required(member).textValue();
        if (text == null) {
            throw new IllegalArgumentException(member + " is no text");
        }
        return text;
    }

    /** A member that must be an object, in values of the JDK. */
    static Map<?, ?> map(JsonNode node, String member) {
        return MAPPER.convertValue(node.required(member), Map.class);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
