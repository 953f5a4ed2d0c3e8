package org.geometryos.compositor.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Holds the JSON Schemas and the codec against each other: what one takes the other takes, but for what is listed here.
 */
class SchemaTest {
    private static final int SEEDS = 40;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /** At, within and beyond every bound, and of every kind. */
    private static final List<JsonNode> VALUES = values();

    /** Why schema and codec may differ about a message. @param complaint what the stricter one says, as a pattern */
    private record Difference(String side, String reason, Pattern complaint) {
        static Difference because(String side, String reason, String complaint) {
            return new Difference(side, reason, Pattern.compile(complaint));
        }
    }

    /** What a schema cannot say: it accepts, the codec refuses. A schema names each of these in a description. */
    private static final List<Difference> UNSAID = List.of(
            Difference.because("both", "an integer's notation", "must be an integer.*, not -?\\d+\\.\\d+(E\\d+)?$"),
            Difference.because("both", "the norm of a quaternion", "orientation must be a unit quaternion"),
            Difference.because("both", "the order of two fields", "zfar must be above znear"),
            Difference.because("both", "the order of two fields", "right must be above left"),
            Difference.because("both", "the order of two fields", "top must be above bottom"),
            Difference.because("client", "the order of two fields", "late must not be above frames"),
            Difference.because("client", "the order of two fields", "to must be more than from"),
            Difference.because("both", "the order of two fields", "bounds\\[\\d] must be above bounds"),
            Difference.because("both", "the order of two fields", "minZoom must lie in"),
            Difference.because("both", "what depends on another number", "[xy] must lie in"),
            Difference.because("both", "what is in a text", "tree must be base64"),
            Difference.because("both", "what is in a text", "tree must (have|end|not end)"),
            Difference.because("server", "what is in a text", "tiles must be of levels"),
            Difference.because("server", "the order of two fields", "until must not be before from"),
            Difference.because("server", "the order in a list", "must be after that of the change before it"),
            Difference.because("server", "what is in a list twice", "must be there only once"),
            Difference.because("server", "where a point lies", "eye must lie before the screen"));

    /** What the server never sends, and yet the codec reads: it accepts, the schema refuses. */
    private static final List<Difference> PROMISED = List.of(
            Difference.because(
                    "server",
                    "the server keeps the rule for names of displays",
                    "display: does not match the regex pattern"),
            Difference.because(
                    "server", "ids of models keep their rule", "selected\\[\\d+\\]: does not match the regex pattern"),
            Difference.because(
                    "server", "the server passes on no longer timecode", "timecode: must be at most 32 characters"),
            Difference.because(
                    "server",
                    "close codes are within RFC 6455, section 7.4",
                    "code: must have a (minimum|maximum) value"),
            Difference.because(
                    "server", "a transaction has a time", "required property 'time' not found|time: null found"),
            Difference.because(
                    "server",
                    "what is free is said by null, never by absence",
                    "required property '(holder|reconnectAfter|wall)' not found"),
            Difference.because(
                    "server",
                    "a message within a message says its type",
                    "(cameras|control|displays|walls)\\[\\d+\\].*'?type|camera.*'?type"));

    @Test
    void theSchemasThemselvesAreInOrder() {
        JsonSchema meta = Documents.metaSchema();
        for (Path file : Documents.schemaFiles()) {
            assertThat(Documents.complaints(meta, Documents.tree(Documents.read(file))))
                    .as(file.toString())
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"client", "server"})
    void thereIsASchemaForEachMessageAndNoOther(String side) {
        Set<String> expected = new TreeSet<>(types(side));
        Set<String> found = new TreeSet<>();
        for (Map.Entry<String, JsonSchema> entry : Documents.messages().entrySet()) {
            if (entry.getKey().startsWith(side + "-")) {
                found.add(entry.getKey().substring(side.length() + 1));
                assertThat(entry.getKey())
                        .isEqualTo(side + "-"
                                + entry.getValue()
                                        .getSchemaNode()
                                        .at("/properties/type/const")
                                        .asText());
            }
        }
        assertThat(found).isEqualTo(expected);
        JsonNode union = Documents.schema(side).getSchemaNode();
        assertThat(texts(union.at("/properties/type/enum"))).isEqualTo(expected);
        Set<String> chosen = new TreeSet<>();
        for (JsonNode branch : union.path("allOf")) {
            String type = branch.at("/if/properties/type/const").asText();
            assertThat(branch.at("/then/$ref").asText()).isEqualTo(side + "-" + type + ".json");
            chosen.add(type);
        }
        assertThat(chosen).isEqualTo(expected);
    }

    /** The types of one side, by its records. */
    static List<String> types(String side) {
        Class<?> family = side.equals("client") ? ClientMessage.class : ServerMessage.class;
        return Arrays.stream(family.getPermittedSubclasses())
                .map(record -> record.getSimpleName()
                        .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
                        .toLowerCase())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("org.geometryos.compositor.protocol.RoundTripTest#codecs")
    void whatTheCodecWritesKeepsTheSchemas(Codec codec) {
        Map<String, JsonSchema> messages = Documents.messages();
        Map<String, JsonSchema> unions =
                Map.of("client", Documents.schema("client"), "server", Documents.schema("server"));
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            for (String side : Documents.SIDES) {
                for (JsonNode tree : samples(side, codec, seed)) {
                    String name = side + "-" + tree.path("type").asText();
                    assertThat(Documents.complaints(messages.get(name), tree))
                            .as("%s", tree)
                            .isEmpty();
                    assertThat(Documents.complaints(unions.get(side), tree))
                            .as("%s", tree)
                            .isEmpty();
                    seen.add(name);
                }
            }
        }
        assertThat(seen).isEqualTo(messages.keySet());
    }

    private static List<JsonNode> samples(String side, Codec codec, int seed) {
        Samples samples = new Samples(seed);
        Stream<byte[]> messages = side.equals("client")
                ? samples.client().stream().map(codec::encode)
                : samples.server().stream().map(codec::encode);
        return messages.map(bytes -> Documents.tree(codec, bytes)).toList();
    }

    @Test
    void whatTheCodecIsKnownToRefuseTheSchemasRefuse() {
        JsonSchema schema = Documents.schema("client");
        Stream.of(
                        BadJsonTest.common(),
                        BadJsonTest.hello(),
                        BadJsonTest.subscribe(),
                        BadJsonTest.camera(),
                        BadJsonTest.views(),
                        BadJsonTest.requests(),
                        BadJsonTest.scene())
                .flatMap(rows -> rows)
                .map(Arguments::get)
                .forEach(row -> {
                    JsonNode tree = Documents.tree(((String) row[0]).replace('\'', '"'));
                    DecodeException refusal = refusal("client", tree).orElseThrow();
                    assertThat(Documents.complaints(schema, tree).isEmpty()
                                    && excused(UNSAID, "client", refusal.getMessage())
                                            .isEmpty())
                            .as("only the codec refuses %s: %s", row[0], refusal.getMessage())
                            .isFalse();
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"client", "server"})
    @Timeout(240)
    void schemasAndCodecAgreeAboutEveryMessageWithFieldsChanged(String side) {
        Verdicts verdicts = new Verdicts(side);
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            for (JsonNode sample : samples(side, Codecs.json(), seed)) {
                each(sample, seen, () -> verdicts.about(sample));
            }
        }
        Random random = new Random(44);
        for (int seed = 1; seed < SEEDS; seed++) {
            for (JsonNode sample : samples(side, Codecs.json(), seed)) {
                for (int i = 0; i < 8; i++) {
                    JsonNode changed = sample.deepCopy();
                    for (int n = 1 + random.nextInt(3); n > 0; n--) {
                        change(changed, random);
                    }
                    verdicts.about(changed);
                }
            }
        }
        verdicts.bothWaysOften();
    }

    /** What the two say about messages, counted. */
    private static final class Verdicts {
        private final String side;
        private final JsonSchema schema;
        private final Set<Difference> needed = new HashSet<>();
        private int accepted;
        private int refused;

        Verdicts(String side) {
            this.side = side;
            this.schema = Documents.schema(side);
        }

        void about(JsonNode message) {
            Set<String> complaints = Documents.complaints(schema, message);
            Optional<DecodeException> refusal = refusal(side, message);
            if (complaints.isEmpty() && refusal.isEmpty()) {
                accepted++;
            } else if (!complaints.isEmpty() && refusal.isPresent()) {
                refused++;
            } else if (complaints.isEmpty()) {
                needed.add(excused(UNSAID, side, refusal.get().getMessage())
                        .orElseGet(() -> fail(
                                "only the codec refuses %s: %s",
                                message, refusal.get().getMessage())));
            } else {
                for (String complaint : complaints) {
                    needed.add(excused(PROMISED, side, complaint)
                            .orElseGet(() -> fail("only the schema refuses %s: %s", message, complaints)));
                }
            }
        }

        /** Also that no exception is listed which nothing needs. */
        void bothWaysOften() {
            assertThat(accepted).isGreaterThan(1000);
            assertThat(refused).isGreaterThan(1000);
            assertThat(needed)
                    .containsExactlyInAnyOrderElementsOf(Stream.concat(UNSAID.stream(), PROMISED.stream())
                            .filter(e -> e.side.equals("both") || e.side.equals(side))
                            .toList());
        }
    }

    private static Optional<Difference> excused(List<Difference> exceptions, String side, String complaint) {
        return exceptions.stream()
                .filter(e -> (e.side.equals("both") || e.side.equals(side))
                        && e.complaint.matcher(complaint).find())
                .findFirst();
    }

    private static Optional<DecodeException> refusal(String side, JsonNode message) {
        try {
            Documents.decode(side, Codecs.json(), message);
            return Optional.empty();
        } catch (DecodeException e) {
            return Optional.of(e);
        }
    }

    // ---- changes

    private static List<JsonNode> values() {
        List<JsonNode> values = new ArrayList<>(List.of(
                NODES.nullNode(),
                NODES.booleanNode(true),
                NODES.booleanNode(false),
                NODES.objectNode(),
                NODES.arrayNode()));
        for (long n : new long[] {
            0,
            1,
            -1,
            2,
            999,
            1000,
            1001,
            4999,
            5000,
            1_000_000,
            1_000_001,
            1_000_000_000,
            1_000_000_001,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE + 1L,
            (1L << 53) - 1,
            1L << 53,
            1 - (1L << 53),
            -(1L << 53),
            Long.MAX_VALUE
        }) {
            values.add(NODES.numberNode(n));
        }
        for (double n : new double[] {
            0.5,
            -0.5,
            1.0,
            0.01,
            0.0099,
            100.0,
            100.1,
            1000.5,
            1e3,
            1e-9,
            0.99e-9,
            1e9,
            1.000001e9,
            Math.PI,
            Math.nextDown(Math.PI),
            1.001,
            1.0011,
            -1.001,
            -1.0011,
            -0.0,
            Double.MIN_VALUE,
            Double.MAX_VALUE,
            -Double.MAX_VALUE
        }) {
            values.add(NODES.numberNode(n));
        }
        for (String text : new String[] {
            "",
            "a",
            "a\n",
            "a b",
            "a/b",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "...",
            "a/./b",
            "a/..",
            "../a",
            "*",
            "\u00e4",
            "\ud83d\ude00",
            "2d",
            "3d",
            "perspective",
            "orthographic",
            "frustum",
            "put",
            "patch",
            "remove",
            "select",
            "clear",
            "take",
            "release",
            "drain",
            "close",
            "undrain",
            "notice",
            "remove-camera",
            "play",
            "seek",
            "step",
            "loop",
            "speed",
            "list",
            "paused",
            "info",
            "warning",
            "error",
            "latest",
            "every",
            "keep-open",
            "once",
            "srgb",
            "SRGB",
            "rec2020",
            "display-p3",
            "contain",
            "cover",
            "same-scale",
            "joined",
            "changed",
            "left",
            "mm",
            "px",
            "window",
            "calibration",
            "identify",
            "view",
            "control",
            "admin",
            "held",
            "not-found",
            "unknown-type",
            "camera",
            "bye",
            "heartbeat",
            "a.glb",
            "a%20b.glb",
            "a%2e%2E/b",
            "%2e%2e/b",
            "a%2F..%2Fb",
            "%2Fa",
            "a%5cb",
            "a\\b",
            "a%zz",
            "a:b",
            "a/b:c",
            "?a",
            "a?b/..",
            "a#..",
            "a?[b]",
            "a[b]",
            "a;b/..;c",
            "a/\u00e4\u2028",
            "http://x/a",
            "//x/a"
        }) {
            values.add(NODES.textNode(text));
        }
        for (int length : new int[] {32, 33, 64, 65, 256, 257}) {
            values.add(NODES.textNode("x".repeat(length)));
            values.add(NODES.textNode("\ud83d\ude00".repeat(length)));
        }
        return values;
    }

    /**
     * Puts every value in every place of a kind not seen before, one after the other, and each time calls; the message
     * is as it was in the end.
     */
    private static void each(JsonNode message, Set<String> seen, Runnable done) {
        for (Place place : places(message, "")) {
            if (!seen.add(place.kind)) {
                continue;
            }
            JsonNode before = place.get();
            for (JsonNode value : VALUES) {
                place.set(value);
                done.run();
            }
            place.remove();
            done.run();
            place.restore(before);
            if (before instanceof ArrayNode list) {
                List<JsonNode> items = new ArrayList<>();
                list.forEach(items::add);
                for (int size : new int[] {1, 2, 3, 4, 5, 32, 33}) {
                    list.removeAll();
                    for (int i = 0; i < size; i++) {
                        list.add(items.isEmpty() ? NODES.numberNode(1) : items.get(i % items.size()));
                    }
                    done.run();
                }
                list.removeAll().addAll(items);
            }
        }
    }

    private static void change(JsonNode message, Random random) {
        List<Place> places = places(message, "");
        if (places.isEmpty()) {
            return;
        }
        Place place = places.get(random.nextInt(places.size()));
        switch (random.nextInt(6)) {
            case 0 -> place.remove();
            case 1 -> place.set(places.get(random.nextInt(places.size())).get().deepCopy());
            default -> place.set(VALUES.get(random.nextInt(VALUES.size())));
        }
    }

    /**
     * A field of an object or an item of a list. @param kind its path, without indices, with the kinds of the objects
     * around it
     */
    private record Place(JsonNode parent, String name, int index, String kind) {
        JsonNode get() {
            return name != null ? parent.get(name) : parent.get(index);
        }

        void set(JsonNode value) {
            if (parent instanceof ObjectNode object) {
                object.set(name, value);
            } else {
                ((ArrayNode) parent).set(index, value);
            }
        }

        void remove() {
            if (parent instanceof ObjectNode object) {
                object.remove(name);
            } else {
                ((ArrayNode) parent).remove(index);
            }
        }

        /** Undoes the removal. */
        void restore(JsonNode value) {
            if (parent instanceof ObjectNode object) {
                object.set(name, value);
            } else {
                ((ArrayNode) parent).insert(index, value);
            }
        }
    }

    private static List<Place> places(JsonNode tree, String path) {
        List<Place> places = new ArrayList<>();
        if (tree instanceof ObjectNode object) {
            String kind = path + "(" + object.path("type").asText()
                    + object.path("kind").asText() + object.path("op").asText()
                    + object.path("action").asText() + ").";
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                places.add(new Place(object, field.getKey(), -1, kind + field.getKey()));
                places.addAll(places(field.getValue(), kind + field.getKey()));
            }
        } else if (tree instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                places.add(new Place(list, null, i, path + "[]"));
                places.addAll(places(list.get(i), path + "[]"));
            }
        }
        return places;
    }

    private static Set<String> texts(JsonNode list) {
        Set<String> texts = new TreeSet<>();
        list.forEach(item -> texts.add(item.asText()));
        return texts;
    }
}
