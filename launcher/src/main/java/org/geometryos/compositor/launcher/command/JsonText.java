package org.geometryos.compositor.launcher.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reading documents of the host. */
final class JsonText {
    private JsonText() {}

    /**
     * The members of an object: maps, lists, strings, booleans, whole numbers as {@code Long}, others as their text,
     * and null.
     *
     * @throws IOException if it is no object
     */
    static Map<String, Object> read(String json) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no object");
            }
            return object(parser);
        }
    }

    /** The text of a member of an object that can be read, as it stands; empty if there is none. */
    static String member(String json, String name) {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean found = parser.currentName().equals(name);
                parser.nextToken();
                int begin = (int) parser.currentTokenLocation().getCharOffset();
                parser.skipChildren();
                parser.finishToken();
                if (found) {
                    return json.substring(begin, (int) parser.currentLocation().getCharOffset());
                }
            }
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException("it could be read before", e);
        }
    }

    /** The texts of the elements of a list that can be read, as they stand; none if it is no list. */
    static List<String> elements(String json) {
        List<String> elements = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            if (parser.nextToken() == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    int begin = (int) parser.currentTokenLocation().getCharOffset();
                    parser.skipChildren();
                    parser.finishToken();
                    elements.add(
                            json.substring(begin, (int) parser.currentLocation().getCharOffset()));
                }
            }
            return elements;
        } catch (IOException e) {
            throw new UncheckedIOException("it could be read before", e);
        }
    }

    private static Map<String, Object> object(JsonParser parser) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            map.put(name, value(parser));
        }
        return map;
    }

    private static Object value(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return object(parser);
        }
        if (token == JsonToken.START_ARRAY) {
            List<Object> list = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                list.add(value(parser));
            }
            return list;
        }
        if (token == null) {
            throw new IOException("no document");
        }
        return switch (token) {
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> parser.getText();
        };
    }

    /** The objects in a list that is a member; others are left out. */
    static List<Map<?, ?>> list(Map<?, ?> from, String name) {
        List<Map<?, ?>> maps = new ArrayList<>();
        if (from.get(name) instanceof List<?> all) {
            all.stream().filter(Map.class::isInstance).forEach(each -> maps.add((Map<?, ?>) each));
        }
        return maps;
    }

    /** A member for a person; empty if there is none. */
    static String text(Map<?, ?> from, String name) {
        return from.get(name) == null ? "" : Console.plain(String.valueOf(from.get(name)));
    }
}
