package org.geometryos.compositor.models.gltf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models that are damaged, hostile or beyond what displays can do. Each is refused for its own reason, soon, and
 * nothing else happens.
 */
public class HostileModelsTest {
    /** Far above what any of them takes; a machine may be busy. */
    private static final Duration SOON = Duration.ofSeconds(20);

    /** What of the full model is the number of something, and of how many there are. */
    private static final Map<String, Integer> INDICES = new LinkedHashMap<>();
    /** What of the full model is something else, with values that it must not have. */
    private static final Map<String, List<String>> VALUES = new LinkedHashMap<>();

    static {
        for (String row : """
                /scene 1
                /scenes/0/nodes/0 4
                /nodes/0/children/0 4
                /nodes/1/mesh 1
                /nodes/1/skin 1
                /nodes/2/camera 2
                /nodes/3/extensions/KHR_lights_punctual/light 1
                /nodes/1/extensions/EXT_mesh_gpu_instancing/attributes/TRANSLATION 8
                /meshes/0/primitives/0/attributes/POSITION 8
                /meshes/0/primitives/0/attributes/JOINTS_0 8
                /meshes/0/primitives/0/indices 8
                /meshes/0/primitives/0/material 1
                /meshes/0/primitives/0/targets/0/POSITION 8
                /materials/0/normalTexture/index 1
                /materials/0/pbrMetallicRoughness/baseColorTexture/index 1
                /materials/0/extensions/KHR_materials_clearcoat/clearcoatTexture/index 1
                /textures/0/source 1
                /textures/0/sampler 1
                /textures/0/extensions/EXT_texture_webp/source 1
                /images/0/bufferView 6
                /skins/0/joints/0 4
                /skins/0/skeleton 4
                /skins/0/inverseBindMatrices 8
                /animations/0/samplers/0/input 8
                /animations/0/samplers/0/output 8
                /animations/0/channels/0/sampler 1
                /animations/0/channels/0/target/node 4
                /accessors/0/bufferView 6
                /accessors/5/sparse/indices/bufferView 6
                /accessors/5/sparse/values/bufferView 6
                /bufferViews/0/buffer 1
                """.strip().split("\n")) {
            INDICES.put(row.split(" ")[0], Integer.parseInt(row.split(" ")[1]));
        }
        values("/asset", "null", "[]", "{}");
        values("/asset/version", "\"1.0\"", "\"3.0\"", "\"2\"", "2.0", "null", "\"2.0.0.0.0\"");
        values("/asset/minVersion", "\"2.1\"", "2");
        values(
                "/extensionsRequired",
                "[\"KHR_draco_mesh_compression\"]",
                "[\"EXT_meshopt_compression\"]",
                "[\"KHR_texture_basisu\"]",
                "[\"X_unheard_of\"]",
                "[1]",
                "{}");
        values("/extensionsUsed", "[\"KHR_draco_mesh_compression\"]", "\"all\"");
        values("/extensions/KHR_lights_punctual/lights/0/type", "\"sun\"", "7");
        values("/scenes", "{}", "[[]]", "[{\"nodes\":[0,0]}]", "[{\"nodes\":[1]}]", "[{\"nodes\":0}]");
        values("/nodes", "7", "[{}]", "[null]");
        values("/nodes/0/children", "[0]", "[1,1]", "[1,2,3,0]", "{}", "\"1\"");
        values("/nodes/1/children", "[0]", "[1]", "[2]");
        values("/nodes/0/translation", "[0,0]", "[0,0,0,0]", "[0,0,\"0\"]", "[0,0,1e999]", "[0,0,null]");
        values("/nodes/0/rotation", "[0,0,0,0]", "[1,1,1,1]", "[0,0,1]");
        values("/nodes/0/scale", "[1e308,1e308,1e308]", "[1,1]");
        values("/nodes/2/matrix", "[]", "[1e308,0,0,0,0,1,0,0,0,0,1,0,0,0,1e308,1]");
        values("/nodes/1/weights", "[\"heavy\"]", "7");
        values("/cameras", "7", "[null]", "[{\"type\":\"fisheye\",\"fisheye\":{},\"name\":\"a\"},{}]");
        values("/meshes/0/primitives", "[]", "{}", "[7]", "[{}]", "[{\"attributes\":{}}]");
        values("/meshes/0/primitives/0/mode", "7", "-1", "1.5");
        values("/meshes/0/primitives/0/attributes/NORMAL", "1", "2");
        values("/meshes/0/primitives/0/attributes/TEXCOORD_0", "0", "5");
        values("/meshes/0/primitives/0/indices", "0", "4");
        values("/meshes/0/primitives/0/targets", "7", "[{\"POSITION\":4}]");
        values("/meshes/0/weights", "[]", "[1,2]");
        values("/materials/0", "7", "[]");
        values("/materials/0/alphaCutoff", "\"0.5\"");
        values("/materials/0/emissiveFactor", "[1]", "[1,1,1e999]");
        values("/materials/0/normalTexture/texCoord", "-1", "99");
        values("/materials/0/pbrMetallicRoughness/baseColorFactor", "[1,1,1]");
        values("/images/0/mimeType", "null", "\"image/ktx2\"", "\"image/svg+xml\"", "\"text/html\"");
        values("/images/0/uri", "\"also.png\"");
        values("/skins/0/joints", "[]", "[0,0]", "[0,1,2]");
        values("/skins/0/inverseBindMatrices", "0");
        values("/animations/0/samplers", "[]");
        values("/animations/0/channels", "null", "7");
        values("/animations/0/channels/0/target/node", "1e9");
        values("/accessors/0/componentType", "5124", "5130", "\"FLOAT\"", "null");
        values("/accessors/0/type", "\"VEC5\"", "\"MAT4\"", "null");
        values(
                "/accessors/0/count",
                "0",
                "-1",
                "4",
                "1099511627776",
                "9007199254740993",
                "1e300",
                "18446744073709551616",
                "null");
        values("/accessors/0/byteOffset", "-1", "4294967296", "1099511627776", "2", "12");
        values("/accessors/0/min", "[0,0]", "[0,0,\"0\"]", "0");
        values("/accessors/3/count", "1", "100000000", "1099511627776");
        values("/accessors/5/sparse/count", "3", "1e18");
        values("/accessors/5/sparse/indices/componentType", "5126", "5120", "null");
        values("/accessors/5/sparse/indices/byteOffset", "1", "-1");
        values("/accessors/5/sparse/values/byteOffset", "4", "1099511627776");
        values("/accessors/5/sparse/values", "null");
        values("/bufferViews/0/byteLength", "0", "59", "-1", "100000", "1099511627776", "1e308");
        values("/bufferViews/0/byteOffset", "-1", "100000", "9223372036854775807");
        values("/bufferViews/0/byteStride", "3", "5", "8", "18", "256", "-4", "28");
        values("/bufferViews/2/byteStride", "8");
        values("/accessors/4/count", "0");
        values("/bufferViews/4/byteOffset", "84");
        values("/buffers/0/byteLength", "0", "-1", "84", "100000", "4294967296", "1e300");
        values("/buffers", "[]", "{}", "[null]");
    }

    private static void values(String pointer, String... values) {
        VALUES.put(pointer, Arrays.asList(values));
    }

    static Stream<Arguments> numbersOfNothing() {
        return INDICES.entrySet().stream()
                .flatMap(row -> Stream.of("-1", row.getValue().toString(), "0.5", "1e300", "\"0\"", "null", "[0]")
                        .map(value -> Arguments.of(row.getKey(), value)));
    }

    @ParameterizedTest(name = "{0} = {1}")
    @MethodSource("numbersOfNothing")
    void aNumberOfSomethingThatIsNotThere(String pointer, String value) {
        assertThat(refused(Models.glb(Models.with(Models.full(), pointer, value)), true))
                .startsWith(pointer.substring(1).replaceAll("/(\\d+)", "[$1]").replace('/', '.')
                        + " must be an integer in [0, ");
    }

    static Stream<Arguments> spoiledFields() {
        return VALUES.entrySet().stream()
                .flatMap(row -> row.getValue().stream().map(value -> Arguments.of(row.getKey(), value)));
    }

    @ParameterizedTest(name = "{0} = {1}")
    @MethodSource("spoiledFields")
    void aFieldThatBreaksARule(String pointer, String value) {
        refused(Models.glb(Models.with(Models.full(), pointer, value)), true);
    }

    static Stream<Arguments> containers() {
        byte[] json = Models.text(Models.full());
        byte[] good = Models.glb(json, Models.binary());
        byte[] padded = Models.bytes(new String(json), " ".repeat((4 - json.length % 4) % 4));
        return Stream.of(
                Arguments.of("nothing", new byte[0]),
                Arguments.of("one byte", new byte[1]),
                Arguments.of("a header alone", Models.bytes("glTF", 2, 12)),
                Arguments.of("another magic", Models.bytes("glTT", 2, 24, 4, "JSON", "{}  ")),
                Arguments.of("version 1", Models.bytes("glTF", 1, 24, 4, "JSON", "{}  ")),
                Arguments.of("version 2^32 - 1", Models.bytes("glTF", -1, 24, 4, "JSON", "{}  ")),
                Arguments.of("length 0", Models.bytes("glTF", 2, 0, 4, "JSON", "{}  ")),
                Arguments.of("length 2^32 - 1", Models.bytes("glTF", 2, -1, 4, "JSON", "{}  ")),
                Arguments.of("shorter than the file", Models.bytes("glTF", 2, 20, 4, "JSON", "{}  ")),
                Arguments.of("longer than the file", Models.bytes("glTF", 2, 28, 4, "JSON", "{}  ")),
                Arguments.of("a chunk of 2^32 - 4 bytes", Models.bytes("glTF", 2, 24, -4, "JSON", "{}  ")),
                Arguments.of("a chunk of 2^31 bytes", Models.bytes("glTF", 2, 24, Integer.MIN_VALUE, "JSON", "{}  ")),
                Arguments.of("a chunk of three bytes", Models.bytes("glTF", 2, 24, 3, "JSON", "{}  ")),
                Arguments.of("an empty chunk", Models.bytes("glTF", 2, 20, 0, "JSON")),
                Arguments.of("the binary chunk first", Models.bytes("glTF", 2, 24, 4, "BIN\0", "{}  ")),
                Arguments.of("another chunk first", Models.bytes("glTF", 2, 24, 4, "XXXX", "{}  ")),
                Arguments.of(
                        "two JSON chunks",
                        Models.bytes("glTF", 2, 32 + padded.length, padded.length, "JSON", padded, 4, "JSON", "{}  ")),
                Arguments.of(
                        "a binary chunk in the third place",
                        Models.bytes(
                                "glTF",
                                2,
                                40 + padded.length,
                                padded.length,
                                "JSON",
                                padded,
                                0,
                                "XXXX",
                                4,
                                "BIN\0",
                                0)),
                Arguments.of(
                        "half a chunk header at the end",
                        Models.bytes("glTF", 2, 24 + padded.length, padded.length, "JSON", padded, 0)),
                Arguments.of(
                        "a hundred chunks",
                        Models.bytes(
                                "glTF",
                                2,
                                20 + padded.length + 800,
                                padded.length,
                                "JSON",
                                padded,
                                repeat(Models.bytes(0, "XXXX"), 100))),
                Arguments.of("the binary chunk missing", Models.glb(json, null)),
                Arguments.of("the binary chunk cut off", Models.glb(json, Arrays.copyOf(Models.binary(), 8))),
                Arguments.of("cut off in the middle", Arrays.copyOf(good, good.length / 2)),
                Arguments.of("JSON where GLB should be", json));
    }

    private static byte[] repeat(byte[] bytes, int times) {
        byte[] all = new byte[bytes.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(bytes, 0, all, i * bytes.length, bytes.length);
        }
        return all;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("containers")
    void aContainerThatIsNotWhole(String kind, byte[] file) {
        refused(file, true);
    }

    private static String wrapped(String inside) {
        return "{\"asset\":{\"version\":\"2.0\"},\"extras\":" + inside + "}";
    }

    static Stream<Arguments> texts() {
        return Stream.of(
                Arguments.of("nothing", ""),
                Arguments.of("blanks", "   "),
                Arguments.of("a number", "7"),
                Arguments.of("a list", "[]"),
                Arguments.of("an empty object", "{}"),
                Arguments.of("a text that is cut off", "{\"asset\":{\"version\":\"2.0"),
                Arguments.of("something behind the end", wrapped("0") + "{}"),
                Arguments.of("two byte order marks", "\uFEFF\uFEFF" + wrapped("0")),
                Arguments.of("a comment", "/* */" + wrapped("0")),
                Arguments.of("NaN", wrapped("NaN")),
                Arguments.of("a name twice", "{\"asset\":{\"version\":\"2.0\"},\"asset\":{\"version\":\"2.0\"}}"),
                Arguments.of(
                        "a name twice, once in disguise",
                        "{\"asset\":{\"version\":\"2.0\"},\"\\u0061sset\":{\"version\":\"2.0\"}}"),
                Arguments.of("100,000 lists in one another", wrapped("[".repeat(100_000) + "]".repeat(100_000))),
                Arguments.of("100,000 lists that nobody closes", wrapped("[".repeat(100_000))),
                Arguments.of(
                        "100,000 objects in one another",
                        wrapped("{\"a\":".repeat(100_000) + "0" + "}".repeat(100_000))),
                Arguments.of("two million values", wrapped("[" + "0,".repeat(2_000_000) + "0]")),
                Arguments.of("a million empty lists", wrapped("[" + "[],".repeat(1_000_000) + "[]]")),
                Arguments.of("600,000 names", wrapped("{" + names(600_000) + "\"z\":0}")),
                Arguments.of("a number of a million digits", wrapped("1".repeat(1_000_000))),
                Arguments.of("an exponent of a million digits", wrapped("1e" + "1".repeat(1_000_000))),
                Arguments.of("a name of a million characters", wrapped("{\"" + "n".repeat(1_000_000) + "\":0}")),
                Arguments.of("17 MiB", wrapped("\"" + " ".repeat(17 << 20) + "\"")),
                Arguments.of("half a surrogate pair in UTF-16 as a version", "{\"asset\":{\"version\":\"\\ud800\"}}"),
                Arguments.of("a control character in a text", "{\"asset\":{\"version\":\"2.0\u0000\"}}"));
    }

    private static String names(int count) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < count; i++) {
            names.append('"').append(Integer.toString(i, 36)).append("\":0,");
        }
        return names.toString();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("texts")
    void aTextThatIsNoGltf(String kind, String text) {
        refused(text.getBytes(StandardCharsets.UTF_8), false);
        refused(Models.glb(text.getBytes(StandardCharsets.UTF_8), null), true);
    }

    @Test
    void anEncodingThatIsNotUtf8() {
        refused(wrapped("\"x\"").getBytes(StandardCharsets.UTF_16), false);
        refused(
                Models.bytes(
                        "{\"asset\":{\"version\":\"2.0\"},\"extras\":\"", new byte[] {(byte) 0xC0, (byte) 0x80}, "\"}"),
                false);
        refused(Models.bytes("{\"asset\":{\"version\":\"2.0\"},\"extras\":\"", new byte[] {(byte) 0xFF}, "\"}"), false);
    }

    static Stream<String> uris() {
        return Stream.of(
                "http://example.org/a.bin",
                "https://example.org/a.bin",
                "//example.org/a.bin",
                "file:///etc/passwd",
                "/etc/passwd",
                "../a.bin",
                "a/../../b.bin",
                "%2e%2e/a.bin",
                "..%2fa.bin",
                "a\\\\b.bin",
                "C:\\\\a.bin",
                "blob:7",
                "javascript:alert(1)",
                "data:",
                "data:,",
                "data:,abc",
                "data:text/html;base64,AAAA",
                "data:application/octet-stream,abc",
                "data:application/octet-stream;base64,!!!!",
                "data:application/octet-stream;base64,AAA",
                "data:application/octet-stream;base64,AAAA",
                "data:application/octet-stream;base64;base64,AAAA",
                "missing.bin",
                "",
                "data:application/octet-stream;charset=" + "x".repeat(1000) + ";base64,AAAA");
    }

    @ParameterizedTest(name = "\"{0}\"")
    @MethodSource("uris")
    void aUriThatLeadsNowhere(String uri) {
        refused(Models.text(Models.with(Models.triangle(), "/buffers/0/uri", '"' + uri + '"')), false);
    }

    static Stream<Arguments> pictures() {
        return Stream.of(
                Arguments.of("nothing", new byte[0]),
                Arguments.of("no picture", new byte[100]),
                Arguments.of("AVIF without a size", avif("ispe", 0x66726565)),
                Arguments.of("AVIF of no width", avif("ispe", 0x69737065, 0, 0)),
                Arguments.of("AVIF of no height", avif("ispe", 0x69737065, 0, 1, 0)),
                Arguments.of("AVIF that is too wide", avif("ispe", 0x69737065, 0, 16_385)),
                Arguments.of("AVIF that is wider than numbers go", avif("ispe", 0x69737065, 0, -1)),
                Arguments.of("AVIF whose boxes are empty", avif("meta", 0x66726565)),
                Arguments.of("AVIF of the brand of something else", avif("avif", 0x6D703432)),
                Arguments.of("half an AVIF", Arrays.copyOf(Models.AVIF, 150)),
                Arguments.of("PNG without header", Arrays.copyOf(Models.PNG, 12)),
                Arguments.of(
                        "PNG of 2^31 pixels in width",
                        Models.bytes(Arrays.copyOf(Models.PNG, 16), 0x80, 1 << 24, new byte[20])),
                Arguments.of(
                        "PNG of 65,535 pixels in height",
                        Models.bytes(Arrays.copyOf(Models.PNG, 16), 1 << 24, 0xFFFF0000, new byte[20])),
                Arguments.of("PNG of no width", Models.bytes(Arrays.copyOf(Models.PNG, 16), 0, 1 << 24, new byte[20])),
                Arguments.of(
                        "PNG with something else first",
                        Models.bytes(Arrays.copyOf(Models.PNG, 12), "tEXt", new byte[20])),
                Arguments.of(
                        "JPEG without a frame",
                        Models.bytes(new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xD9}, new byte[40])),
                Arguments.of("JPEG of fill bytes", filled()),
                Arguments.of(
                        "JPEG with a segment of no length",
                        Models.bytes(
                                new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xE0, 0, 0}, new byte[40])),
                Arguments.of(
                        "JPEG of 65,535 pixels",
                        Models.bytes(
                                new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xC0, 0, 17, 8, -1, -1, -1, -1
                                },
                                new byte[40])),
                Arguments.of("WebP of another kind", Models.bytes("RIFF", 40, "WEBPVP8?", new byte[40])),
                Arguments.of(
                        "WebP of 2^24 pixels",
                        Models.bytes("RIFF", 40, "WEBPVP8X", 10, 0, new byte[] {-1, -1, -1, -1, -1, -1}, new byte[20])),
                Arguments.of("GIF", Models.bytes("GIF89a", new byte[40])),
                Arguments.of("KTX2", Models.bytes(new byte[] {(byte) 0xAB}, "KTX 20", new byte[40])),
                Arguments.of("HTML", Models.bytes("<html><script>alert(1)</script></html>")));
    }

    /** With numbers in place of a word and what stands behind it. */
    private static byte[] avif(String word, int... numbers) {
        byte[] bytes = Models.AVIF.clone();
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(word);
        ByteBuffer there = ByteBuffer.wrap(bytes).position(at);
        Arrays.stream(numbers).forEach(there::putInt);
        return bytes;
    }

    /** No cut and no changed length leads astray. */
    @Test
    void anAvifPictureWithBoxesOfAnyLength() throws Exception {
        for (int at = 0; at + 4 <= 230; at++) {
            for (int length : new int[] {0, 1, 7, 8, 0x7FFFFFFF, -1}) {
                byte[] bytes = Models.AVIF.clone();
                ByteBuffer.wrap(bytes).putInt(at, length);
                try {
                    Models.check(
                            Models.text(Models.textured("{\"uri\":\"fur.avif\"}")), false, Map.of("fur.avif", bytes));
                } catch (RefusedModelException refused) {
                    // what counts is that it is nothing else
                }
            }
        }
    }

    private static byte[] filled() {
        byte[] bytes = new byte[100_000];
        Arrays.fill(bytes, (byte) 0xFF);
        bytes[1] = (byte) 0xD8;
        return bytes;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pictures")
    void aPictureThatIsNone(String kind, byte[] picture) {
        for (String type : List.of("image/png", "image/jpeg", "image/webp", "image/avif")) {
            refused(
                    Models.text(Models.textured("{\"uri\":\"data:" + type + ";base64,"
                            + Base64.getEncoder().encodeToString(picture) + "\"}")),
                    false);
        }
    }

    @Test
    void morePicturesThanADisplayCanHold() {
        byte[] large = Models.bytes(Arrays.copyOf(Models.PNG, 16), 0x00400000, 0x00400000, new byte[20]);
        String one = "{\"uri\":\"data:image/png;base64," + Base64.getEncoder().encodeToString(large) + "\"}";
        refused(Models.text(Models.textured(Collections.nCopies(21, one).toArray(String[]::new))), false);
    }

    @Test
    void aChainOfNodesThatIsTooLong() {
        refused(Models.text(Models.with(Models.triangle(), "/nodes", chain(100_000, -1))), false);
    }

    @Test
    void aCycleOfAHundredThousandNodes() {
        refused(Models.text(Models.with(Models.triangle(), "/nodes", chain(100_000, 0))), false);
        refused(Models.text(Models.with(Models.triangle(), "/nodes", chain(100_000, 50_000))), false);
    }

    /** Each node has the next one below it; the last one this one, if there is one of that number. */
    private static String chain(int length, int last) {
        StringBuilder nodes = new StringBuilder("[");
        for (int i = 0; i + 1 < length; i++) {
            nodes.append("{\"children\":[").append(i + 1).append("]},");
        }
        return nodes.append(last < 0 ? "{}" : "{\"children\":[" + last + "]}")
                .append(']')
                .toString();
    }

    @Test
    void scalesThatGrowBeyondAllNumbers() {
        StringBuilder nodes = new StringBuilder("[");
        for (int i = 1; i < 200; i++) {
            nodes.append("{\"scale\":[1e30,1e30,1e30],\"children\":[").append(i).append("]},");
        }
        refused(Models.text(Models.with(Models.triangle(), "/nodes", nodes + "{}]")), false);
    }

    @Test
    void manyViewsOfTheSameBytes() {
        refused(
                Models.text(Models.with(
                        Models.triangle(),
                        "/bufferViews",
                        "[" + "{\"buffer\":0,\"byteLength\":36},".repeat(100_000)
                                + "{\"buffer\":0,\"byteLength\":36}]")),
                false);
    }

    @Test
    void manyAccessorsOfTheSameView() {
        String accessor = "{\"bufferView\":0,\"componentType\":5126,\"count\":3,\"type\":\"VEC3\"}";
        refused(
                Models.text(Models.with(
                        Models.triangle(), "/accessors", "[" + (accessor + ",").repeat(60_000) + accessor + "]")),
                false);
    }

    @Test
    void manyAccessorsOfNothing() {
        String accessor = "{\"componentType\":5126,\"count\":65536,\"type\":\"VEC4\"}";
        refused(
                Models.text(Models.with(Models.triangle(), "/accessors", "[" + accessor + "," + accessor + "]")),
                false);
    }

    @Test
    void moreToDrawThanADisplayCan() {
        String primitive = "{\"attributes\":{\"POSITION\":0}}";
        var model = Models.with(
                Models.triangle(), "/meshes/0/primitives", "[" + (primitive + ",").repeat(30_000) + primitive + "]");
        StringBuilder nodes = new StringBuilder("[{\"mesh\":0}");
        StringBuilder roots = new StringBuilder("[0");
        for (int i = 1; i < 3000; i++) {
            nodes.append(",{\"mesh\":0}");
            roots.append(',').append(i);
        }
        refused(
                Models.text(Models.with(Models.with(model, "/nodes", nodes + "]"), "/scenes/0/nodes", roots + "]")),
                false);
        String many = "{\"componentType\":5126,\"count\":80000,\"type\":\"VEC3\"}";
        refused(
                Models.text(
                        Models.with(
                                Models.with(Models.triangle(), "/accessors", "[" + many + "]"),
                                "/nodes",
                                "[{\"mesh\":0,"
                                        + "\"extensions\":{\"EXT_mesh_gpu_instancing\":{\"attributes\":{\"TRANSLATION\":0}}}}]")),
                false);
    }

    @Test
    void indicesOfVerticesThatAreNotThere() {
        byte[] binary = Models.binary();
        binary[64] = 3;
        refused(Models.glb(Models.text(Models.full()), binary), true);
        binary[64] = -1;
        binary[65] = -1;
        refused(Models.glb(Models.text(Models.full()), binary), true);
    }

    @Test
    void sparsePlacesThatAreNotThere() {
        byte[] binary = Models.binary();
        binary[80] = 2;
        refused(Models.glb(Models.text(Models.full()), binary), true);
    }

    @Test
    void whatNobodyReadsMayNotLeadElsewhereEither() {
        for (String uri : List.of(
                "http://example.org/a.ktx2",
                "//example.org/a",
                "file:///etc/passwd",
                "/etc/passwd",
                "../a.bin",
                "a/%2E%2e/b",
                "JavaScript:alert(1)")) {
            refused(Models.text(Models.with(Models.triangle(), "/images", "[{\"uri\":\"" + uri + "\"}]")), false);
            var model = Models.triangle();
            ((ArrayNode) model.get("buffers")).add(Models.object("{\"byteLength\":1,\"uri\":\"" + uri + "\"}"));
            refused(Models.text(model), false);
        }
    }

    @Test
    void moreBrokenPartsThanAnyoneNeeds() {
        refused(Models.text(Models.with(Models.triangle(), "/accessors", "[" + "7,".repeat(300_000) + "7]")), false);
    }

    @Test
    void tracksThatWouldBeCopiedAgainAndAgain() {
        String channel = "{\"sampler\":0,\"target\":{\"node\":0,\"path\":\"scale\"}}";
        var model = Models.with(
                Models.triangle(),
                "/animations",
                "[{\"samplers\":[{\"input\":1,\"output\":1}],\"channels\":[" + (channel + ",").repeat(50_000) + channel
                        + "]}]");
        ((ArrayNode) model.get("accessors"))
                .add(Models.object("{\"componentType\":5121,\"count\":1000,\"type\":\"SCALAR\"}"));
        refused(Models.text(model), false);
    }

    /** Files to put into a folder, by name. */
    public static Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        Stream.concat(numbersOfNothing(), spoiledFields())
                .forEach(row -> files.put(
                        "field " + files.size() + ".glb",
                        Models.glb(Models.with(Models.full(), (String) row.get()[0], (String) row.get()[1]))));
        containers().forEach(row -> files.put("container " + files.size() + ".glb", (byte[]) row.get()[1]));
        texts().forEach(row ->
                files.put("text " + files.size() + ".gltf", ((String) row.get()[1]).getBytes(StandardCharsets.UTF_8)));
        uris().forEach(uri -> files.put(
                "uri " + files.size() + ".gltf",
                Models.text(Models.with(Models.triangle(), "/buffers/0/uri", '"' + uri + '"'))));
        return files;
    }

    /** @return the reason */
    private static String refused(byte[] file, boolean glb) {
        String reason = assertTimeoutPreemptively(SOON, () -> {
            try {
                Models.check(file, glb);
                return null;
            } catch (RefusedModelException e) {
                return e.getMessage();
            }
        });
        assertThat(reason)
                .as("the reason")
                .isNotBlank()
                .hasSizeLessThan(600)
                .doesNotContainPattern("\\p{Cntrl}|Exception|Error|@[0-9a-f]{4}");
        return reason;
    }
}
