package org.geometryos.compositor.models.gltf;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayInputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of a JSON document and the place where it stands, which every refusal names. Reading recurses nowhere, and
 * takes an amount of memory that {@link #MAX_TOKENS} and the length of the document bound.
 */
final class Json {
    /** Bytes of a document; images and buffers may be in it, as data URIs. */
    static final int MAX_BYTES = 16 << 20;
    /** Objects, arrays, names, values and ends in a document. */
    static final int MAX_TOKENS = 1_000_000;

    static final int MAX_DEPTH = 64;
    private static final int MAX_NAME = 1000;
    private static final int MAX_NUMBER = 100;
    private static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_BYTES)
                    .maxNameLength(MAX_NAME)
                    .maxNumberLength(MAX_NUMBER)
                    .maxTokenCount(MAX_TOKENS)
                    .build())
            .build();

    private final Json parent;
    /** A name, or a number in a list. */
    private final Object key;
    /** A map, a list, a text, a Long, a Double, a Boolean, {@link #NULL}; null if there is nothing at this place. */
    private final Object value;

    private Json(Json parent, Object key, Object value) {
        this.parent = parent;
        this.key = key;
        this.value = value;
    }

    /** Reads a document, which must be an object. */
    static Json read(byte[] utf8) throws RefusedModelException {
        if (utf8.length > MAX_BYTES) {
            throw new RefusedModelException("the JSON", "must have at most " + MAX_BYTES + " bytes", utf8.length);
        }
        // browsers pass over a byte order mark
        int mark =
                utf8.length >= 3 && utf8[0] == (byte) 0xEF && utf8[1] == (byte) 0xBB && utf8[2] == (byte) 0xBF ? 3 : 0;
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        try (JsonParser parser = FACTORY.createParser(
                new InputStreamReader(new ByteArrayInputStream(utf8, mark, utf8.length - mark), decoder))) {
            Json document = new Json(null, "the JSON", tree(parser));
            document.object();
            if (parser.nextToken() != null) {
                throw new RefusedModelException("the JSON ends before the file does");
            }
            return document;
        } catch (JsonProcessingException e) {
            throw new RefusedModelException("the JSON cannot be read: " + sentence(e));
        } catch (CharacterCodingException | CharConversionException e) {
            throw new RefusedModelException("the JSON is not in UTF-8");
        } catch (IOException e) {
            throw new RefusedModelException("the JSON cannot be read: " + RefusedModelException.shown(e.getMessage()));
        }
    }

    private static String sentence(JsonProcessingException e) {
        return RefusedModelException.shown(e.getOriginalMessage())
                + (e.getLocation() == null
                        ? ""
                        : " (line " + e.getLocation().getLineNr() + ", column "
                                + e.getLocation().getColumnNr() + ")");
    }

    private static Object tree(JsonParser parser) throws IOException {
        Deque<Object> open = new ArrayDeque<>();
        Deque<String> names = new ArrayDeque<>();
        for (JsonToken token; (token = parser.nextToken()) != null; ) {
            Object done;
            switch (token) {
                case START_OBJECT -> {
                    open.push(new LinkedHashMap<String, Object>());
                    continue;
                }
                case START_ARRAY -> {
                    open.push(new ArrayList<>(2));
                    continue;
                }
                case FIELD_NAME -> {
                    names.push(parser.currentName());
                    continue;
                }
                case END_OBJECT, END_ARRAY -> done = open.pop();
                case VALUE_STRING -> done = parser.getText();
                case VALUE_NUMBER_INT -> done = integer(parser);
                case VALUE_NUMBER_FLOAT -> done = parser.getDoubleValue();
                case VALUE_TRUE -> done = true;
                case VALUE_FALSE -> done = false;
                default -> done = NULL;
            }
            if (open.isEmpty()) {
                return done;
            }
            add(open.peek(), done, names);
        }
        return NULL;
    }

    private static Object integer(JsonParser parser) throws IOException {
        return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                ? (Object) parser.getDoubleValue()
                : (Object) parser.getLongValue();
    }

    @SuppressWarnings("unchecked")
    private static void add(Object to, Object value, Deque<String> names) {
        if (to instanceof Map) {
            ((Map<String, Object>) to).put(names.pop(), value);
        } else {
            ((List<Object>) to).add(value);
        }
    }

    /** The place, as {@code nodes[3].matrix}. */
    @Override
    public String toString() {
        if (parent == null) {
            return key.toString();
        }
        Deque<Json> way = new ArrayDeque<>();
        for (Json at = this; at.parent != null; at = at.parent) {
            way.push(at);
        }
        StringBuilder path = new StringBuilder();
        for (Json at : way) {
            if (at.key instanceof Integer) {
                path.append('[').append(at.key).append(']');
            } else {
                path.append(path.length() == 0 ? "" : ".").append(at.key);
            }
        }
        return path.toString();
    }

    boolean absent() {
        return value == null;
    }

    RefusedModelException refused(String rule) {
        return new RefusedModelException(
                this,
                rule,
                value == null
                        ? "absent"
                        : value instanceof Map ? "an object" : value instanceof List ? "a list" : value);
    }

    /** What has this name in the object; nothing, if this is nothing. */
    Json at(String name) throws RefusedModelException {
        return new Json(this, name, value == null ? null : object().get(name));
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> object() throws RefusedModelException {
        if (value instanceof Map) {
            return Collections.unmodifiableMap((Map<String, Object>) value);
        }
        throw refused("must be an object");
    }

    /** The values of an object, by name; none, if there is nothing here. */
    List<Json> fields() throws RefusedModelException {
        if (value == null) {
            return List.of();
        }
        List<Json> fields = new ArrayList<>();
        object().forEach((name, each) -> fields.add(new Json(this, name, each)));
        return fields;
    }

    String name() {
        return key.toString();
    }

    /** Whether this is an object with something of this name in it, whatever that is. */
    boolean has(String name) {
        return value instanceof Map<?, ?> map && map.containsKey(name);
    }

    /** The values of a list that must be there. */
    List<Json> list(String name) throws RefusedModelException {
        Json list = at(name);
        if (list.absent()) {
            throw list.refused("must be a list");
        }
        return list.items();
    }

    boolean isText() {
        return value instanceof String;
    }

    boolean isObject() {
        return value instanceof Map;
    }

    /** The values of a list or an object that are objects or lists; for whoever looks through all of it. */
    List<Json> children() {
        List<Json> children = new ArrayList<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, each) -> addChild(children, name, each));
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                addChild(children, i, list.get(i));
            }
        }
        return children;
    }

    private void addChild(List<Json> children, Object name, Object each) {
        if (each instanceof Map || each instanceof List) {
            children.add(new Json(this, name, each));
        }
    }

    /** The values of a list; none, if there is nothing here. */
    List<Json> items() throws RefusedModelException {
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw refused("must be a list");
        }
        List<Json> items = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            items.add(new Json(this, i, list.get(i)));
        }
        return items;
    }

    /** Like {@link #items}, of a list that must be there and must not be empty. */
    List<Json> someItems() throws RefusedModelException {
        List<Json> items = items();
        if (items.isEmpty()) {
            throw refused("must be a list that is not empty");
        }
        return items;
    }

    long integer(long low, long high) throws RefusedModelException {
        if (value instanceof Long number && number >= low && number <= high) {
            return number;
        }
        if (value instanceof Double number && number == Math.rint(number) && number >= low && number <= high) {
            return number.longValue();
        }
        throw refused("must be an integer in [" + low + ", " + high + "]");
    }

    long integer(long low, long high, long otherwise) throws RefusedModelException {
        return value == null ? otherwise : integer(low, high);
    }

    /** The number of something of which there are so many. */
    int index(List<?> things, String kind) throws RefusedModelException {
        if (things.isEmpty()) {
            throw refused("must be the number of one of the " + kind + ", of which there are none");
        }
        return (int) integer(0, things.size() - 1L);
    }

    double number() throws RefusedModelException {
        if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        throw refused("must be a finite number");
    }

    /** So many numbers; null, if there is nothing here. */
    double[] numbers(int count) throws RefusedModelException {
        if (value == null) {
            return null;
        }
        List<Json> items = items();
        if (items.size() != count) {
            throw new RefusedModelException(this, "must have " + count + " numbers", items.size());
        }
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = items.get(i).number();
        }
        return numbers;
    }

    String text() throws RefusedModelException {
        if (value instanceof String text) {
            return text;
        }
        throw refused("must be a text");
    }
}
