package org.geometryos.compositor.connections;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.geometryos.compositor.files.WholeFile;

/** A JSON document on disk, see {@link WholeFile}. */
final class JsonFile {
    /** Trees alone go through it: no class of ours gets into a cache of the library's. */
    static final ObjectMapper MAPPER = new ObjectMapper();

    /** Takes a document; throws if it is not what it should be. */
    interface Take {
        void take(JsonNode document);
    }

    private final WholeFile file;

    JsonFile(Path path) {
        file = new WholeFile(path);
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
        return document;
    }

    void write(JsonNode document) throws IOException {
        byte[] bytes;
        try {
            bytes = MAPPER.writeValueAsBytes(document);
        } catch (JacksonException e) {
            throw new UncheckedIOException(e);
        }
        file.write(bytes);
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
