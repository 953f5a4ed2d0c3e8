package org.geometryos.compositor.protocol.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.geometryos.compositor.protocol.DecodeException;

/** Reads JSON (RFC 8259) into {@link Fields}. */
final class JsonTree {
    /** So many digits always fit into a long. */
    private static final int LONG_DIGITS = 18;

    private final JsonParser parser;

    private JsonTree(JsonParser parser) {
        this.parser = parser;
    }

    static Fields read(JsonFactory factory, byte[] bytes, int from, int length) throws DecodeException {
        // as text, because the parser of bytes takes overlong UTF-8 and surrogates
        try (JsonParser parser = factory.createParser(Malformed.text(bytes, from, length))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw Malformed.because("not an object");
            }
            Fields fields = new JsonTree(parser).object(1);
            if (parser.nextToken() != null) {
                throw Malformed.because("something follows the object");
            }
            return fields;
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " at character " + e.getLocation().getCharOffset();
            throw Malformed.because("not valid JSON" + where + ": " + Malformed.shown(e.getOriginalMessage(), 200));
        } catch (IOException e) {
            throw Malformed.because("not valid JSON");
        }
    }

    private Fields object(int depth) throws IOException, DecodeException {
        Malformed.depth(depth);
        Fields fields = new Fields();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            whole(name);
            if (!fields.add(name, value(parser.nextToken(), depth))) {
                throw Malformed.duplicate(name);
            }
        }
        return fields;
    }

    private List<Object> list(int depth) throws IOException, DecodeException {
        Malformed.depth(depth);
        List<Object> list = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            list.add(value(token, depth));
        }
        return list;
    }

    private Object value(JsonToken token, int depth) throws IOException, DecodeException {
        return switch (token) {
            case VALUE_STRING -> whole(parser.getText());
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_NUMBER_INT -> integer();
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> Fields.NULL;
            case START_OBJECT -> object(depth + 1);
            case START_ARRAY -> list(depth + 1);
            default -> throw Malformed.because("not valid JSON");
        };
    }

    private Object integer() throws IOException {
        if (parser.getTextLength() <= LONG_DIGITS) {
            return parser.getLongValue();
        }
        return Double.parseDouble(parser.getText());
    }

    /** Escapes can spell half a surrogate pair, which no UTF-8 could pass on. */
    private static String whole(String text) throws DecodeException {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    throw Malformed.because("a string holds half a surrogate pair");
                }
                i++;
            }
        }
        return text;
    }
}
