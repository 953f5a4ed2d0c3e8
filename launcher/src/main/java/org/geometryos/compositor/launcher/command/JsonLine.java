package org.geometryos.compositor.launcher.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** An object of JSON in one line. Members without a value are left out. Not for several threads at once. */
final class JsonLine {
    private final StringWriter text = new StringWriter();
    private final JsonGenerator json;

    JsonLine() {
        try {
            json = new JsonFactory().createGenerator(text);
            json.writeStartObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was done, and to what: the outcome of a command. */
    static JsonLine done(String what) {
        return new JsonLine().with("done", what);
    }

    JsonLine with(String name, String value) {
        try {
            json.writeStringField(name, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    JsonLine with(String name, Optional<String> value) {
        return value.isPresent() ? with(name, value.get()) : this;
    }

    JsonLine with(String name, List<String> values) {
        try {
            json.writeArrayFieldStart(name);
            for (String value : values) {
                json.writeString(value);
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    JsonLine with(String name, long value) {
        try {
            json.writeNumberField(name, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** @param value JSON, which is written as it stands */
    JsonLine raw(String name, String value) {
        try {
            json.writeFieldName(name);
            json.writeRawValue(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** The line; nothing can be added any more. */
    @Override
    public String toString() {
        try {
            if (!json.isClosed()) {
                json.writeEndObject();
                json.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
