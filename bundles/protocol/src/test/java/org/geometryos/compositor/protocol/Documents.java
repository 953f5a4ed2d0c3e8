package org.geometryos.compositor.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The protocol's documents as they lie in {@code docs/protocol}, and what a test does with them. */
final class Documents {
    static final Path FOLDER = Path.of(System.getProperty("compositor.docs", "../../docs"), "protocol")
            .toAbsolutePath()
            .normalize();
    static final Path SCHEMAS = FOLDER.resolve("schemas");
    /** As {@code client-hello} and {@code server-welcome} begin. */
    static final List<String> SIDES = List.of("client", "server");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final CBORMapper CBOR = new CBORMapper();
    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private Documents() {}

    /** The schemas of single messages, by file name without extension: {@code client-hello}. */
    static Map<String, JsonSchema> messages() {
        Map<String, JsonSchema> schemas = new TreeMap<>();
        for (Path file : schemaFiles()) {
            String name = file.getFileName().toString().replace(".json", "");
            if (SIDES.stream().anyMatch(side -> name.startsWith(side + "-"))) {
                schemas.put(name, schema(name));
            }
        }
        return schemas;
    }

    static List<Path> schemaFiles() {
        try (Stream<Path> files = Files.list(SCHEMAS)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonSchema schema(String name) {
        return FACTORY.getSchema(SCHEMAS.resolve(name + ".json").toUri());
    }

    /** The rules that a schema itself has to keep. */
    static JsonSchema metaSchema() {
        return FACTORY.getSchema(URI.create("https://json-schema.org/draft/2020-12/schema"));
    }

    /** What a schema has to say against a tree; empty if it accepts it. */
    static Set<String> complaints(JsonSchema schema, JsonNode tree) {
        Set<String> complaints = new TreeSet<>();
        for (ValidationMessage message : schema.validate(tree)) {
            complaints.add(message.getMessage());
        }
        return complaints;
    }

    static JsonNode tree(Codec codec, byte[] message) {
        try {
            return (codec.text() ? JSON : CBOR).readTree(message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + json, e);
        }
    }

    /** A message of one side, read by the codec. */
    static Object decode(String side, Codec codec, JsonNode message) throws DecodeException {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(codec, message));
        return side.equals("client") ? codec.decodeClient(bytes) : codec.decodeServer(bytes);
    }

    private static byte[] bytes(Codec codec, JsonNode message) {
        try {
            return (codec.text() ? JSON : CBOR).writeValueAsBytes(message);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
