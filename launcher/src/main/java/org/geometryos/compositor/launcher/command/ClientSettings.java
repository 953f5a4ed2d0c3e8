package org.geometryos.compositor.launcher.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** What a settings file says: {@code {"url": "...", "apiKey": "..."}}, each optional. */
record ClientSettings(Optional<String> url, Optional<ApiKey> apiKey) {
    static final ClientSettings NONE = new ClientSettings(Optional.empty(), Optional.empty());
    static final int MAX_BYTES = 65_536;

    /**
     * @param warn is told of fields that mean nothing
     * @throws FailedException names file and line, but not their content
     */
    static ClientSettings read(Path file, Consumer<String> warn) throws FailedException {
        byte[] bytes;
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new FailedException(
                        "--settings " + file + ": must be at most " + MAX_BYTES + " bytes, not " + Files.size(file));
            }
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new FailedException(
                    "--settings " + file + ": cannot be read (" + e.getClass().getSimpleName() + ")");
        }
        JsonFactory json = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        try (JsonParser parser = json.createParser(bytes)) {
            return object(file, parser, warn);
        } catch (JsonProcessingException e) {
            // its own message would show the content
            throw wrong(file, e.getLocation() == null ? 1 : e.getLocation().getLineNr(), "is not valid JSON");
        } catch (IOException e) {
            throw wrong(file, 1, "is not valid JSON");
        }
    }

    private static ClientSettings object(Path file, JsonParser parser, Consumer<String> warn)
            throws IOException, FailedException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw wrong(file, 1, "must be an object: {\"url\": \"ws://...\", \"apiKey\": \"...\"}");
        }
        Optional<String> url = Optional.empty();
        Optional<ApiKey> key = Optional.empty();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            int line = parser.currentTokenLocation().getLineNr();
            JsonToken value = parser.nextToken();
            if (!name.equals("url") && !name.equals("apiKey")) {
                warn.accept(file + ", line " + line + ": the field " + Console.plain(name)
                        + " is unknown and ignored (known are url and apiKey)");
                parser.skipChildren();
            } else if (value == JsonToken.VALUE_STRING && name.equals("url")) {
                url = Optional.of(parser.getText());
            } else if (value == JsonToken.VALUE_STRING) {
                key = Optional.of(ApiKey.of(file + ", line " + line + ": apiKey", parser.getText()));
            } else if (value != JsonToken.VALUE_NULL) {
                throw wrong(file, line, name + " must be a string");
            }
        }
        if (parser.nextToken() != null) {
            throw wrong(file, parser.currentTokenLocation().getLineNr(), "something follows the object");
        }
        return new ClientSettings(url, key);
    }

    private static FailedException wrong(Path file, int line, String what) {
        return new FailedException("--settings " + file + ", line " + line + ": " + what);
    }
}
