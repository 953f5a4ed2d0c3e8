package org.geometryos.compositor.protocol.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.geometryos.compositor.protocol.RequestId;

/**
 * Writes fields in either form. Each object is begun with the number of its fields, because CBOR's definite lengths
 * want it first; a wrong number makes the CBOR generator throw.
 *
 * <p>What builds on it extends it: an encoded message costs one object beside the generator.
 */
abstract class FieldWriter implements RequestId.Visitor<Void, IOException> {
    static final SerializedString TYPE = name("type");
    static final SerializedString ID = name("id");

    final JsonGenerator out;

    FieldWriter(JsonGenerator out) {
        this.out = out;
    }

    static SerializedString name(String name) {
        return new SerializedString(name);
    }

    static String word(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    /** Begins a message: its type, and so many fields more. */
    final void begin(String type, int fields) throws IOException {
        open(1 + fields);
        out.writeFieldName(TYPE);
        out.writeString(type);
    }

    final void open(int fields) throws IOException {
        out.writeStartObject(null, fields);
    }

    final void end() throws IOException {
        out.writeEndObject();
    }

    final void list(SerializableString name, int size) throws IOException {
        out.writeFieldName(name);
        out.writeStartArray(null, size);
    }

    final void list(String name, int size) throws IOException {
        out.writeFieldName(name);
        out.writeStartArray(null, size);
    }

    final void texts(String name, Collection<String> texts) throws IOException {
        list(name, texts.size());
        for (String text : texts) {
            out.writeString(whole(text));
        }
        out.writeEndArray();
    }

    final void id(Optional<RequestId> id) throws IOException {
        if (id.isPresent()) {
            id.get().accept(this);
        }
    }

    @Override
    public final Void number(RequestId.Number id) throws IOException {
        integer(ID, id.value());
        return null;
    }

    @Override
    public final Void text(RequestId.Text id) throws IOException {
        text(ID, id.value());
        return null;
    }

    final void text(String name, String value) throws IOException {
        out.writeFieldName(name);
        out.writeString(whole(value));
    }

    final void text(SerializableString name, String value) throws IOException {
        out.writeFieldName(name);
        out.writeString(whole(value));
    }

    final void text(String name, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            text(name, value.get());
        }
    }

    final void text(SerializableString name, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            text(name, value.get());
        }
    }

    final void integer(String name, long value) throws IOException {
        out.writeFieldName(name);
        out.writeNumber(value);
    }

    final void integer(SerializableString name, long value) throws IOException {
        out.writeFieldName(name);
        out.writeNumber(value);
    }

    final void integer(String name, OptionalLong value) throws IOException {
        if (value.isPresent()) {
            integer(name, value.getAsLong());
        }
    }

    final void integer(SerializableString name, OptionalLong value) throws IOException {
        if (value.isPresent()) {
            integer(name, value.getAsLong());
        }
    }

    final void number(SerializableString name, double value) throws IOException {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name.getValue() + " must be a finite number, not " + value);
        }
        out.writeFieldName(name);
        out.writeNumber(value);
    }

    final void number(SerializableString name, OptionalDouble value) throws IOException {
        if (value.isPresent()) {
            number(name, value.getAsDouble());
        }
    }

    final void ifTrue(SerializableString name, boolean value) throws IOException {
        if (value) {
            out.writeFieldName(name);
            out.writeBoolean(true);
        }
    }

    /** What a program hands in may hold half a surrogate pair, which UTF-8 cannot: a replacement character then. */
    private static String whole(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                int[] points = text.codePoints()
                        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                        .toArray();
                return new String(points, 0, points.length);
            }
        }
        return text;
    }

    static int one(Optional<?> value) {
        return value.isPresent() ? 1 : 0;
    }

    static int one(OptionalLong value) {
        return value.isPresent() ? 1 : 0;
    }

    static int one(OptionalInt value) {
        return value.isPresent() ? 1 : 0;
    }

    static int one(OptionalDouble value) {
        return value.isPresent() ? 1 : 0;
    }

    static int one(boolean value) {
        return value ? 1 : 0;
    }
}
