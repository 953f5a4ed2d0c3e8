package org.geometryos.compositor.connections;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.io.files.WholeFile;

/** A JSON document on disk, see {@link WholeFile}. */
final class JsonFile {
    /** Trees alone go through it: no class of ours gets into a cache of the library's. */
    static final ObjectMapper MAPPER = new ObjectMapper();
    /** Of what is written here. A document of a later one is kept aside. */
    static final int VERSION = 1;

    /** Takes a document; throws if it is not what it should be. */
    interface Take {
        void take(JsonNode document);
    }

    private final WholeFile file;

    JsonFile(WholeFile file) {
        this.file = file;
    }

    /**
     * Hands the document on, if there is one.
     *
     * @param take a {@link RuntimeException} of it counts as damage
     * @return what was wrong with it, if anything was
     */
    Optional<String> read(Take take) {
        return file.read(content -> take.take(document(content)));
    }

    private static JsonNode document(byte[] content) throws IOException {
        JsonNode document;
        try {
            document = MAPPER.readTree(content);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("it is no JSON (" + e.getOriginalMessage() + ")");
        }
        if (document == null || !document.isObject()) {
            throw new IllegalArgumentException("it holds no JSON object");
        }
        if (document.path("version").asLong() > VERSION) {
            throw new IllegalArgumentException("it was written by a newer version (format " + document.path("version")
                    + ", known is " + VERSION + ")");
        }
        return document;
    }

    /** @return whether it is on the disk */
    boolean save(JsonNode document) {
        try {
            return file.save(MAPPER.writeValueAsBytes(document));
        } catch (JacksonException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether this copy of the bundle is the one that writes. */
    boolean mine() {
        return file.mine();
    }

    List<String> problems() {
        return file.problems();
    }

    void delete() {
        file.delete();
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
        return file.toString();
    }
}
