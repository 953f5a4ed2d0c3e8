package org.geometryos.compositor.models.gltf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What displays show, or do not read at all, is served, however odd it is. */
class HarmlessModelsTest {
    private static final String MOVED = "[1,0,0,0,0,1,0,0,0,0,1,0,5,0,0,1]";
    private static final String PICTURE = Base64.getEncoder().encodeToString(Models.PNG);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/animations/0/channels/0/target|{\"path\":\"pointer\","
                        + "\"extensions\":{\"KHR_animation_pointer\":{\"pointer\":\"/nodes/0/scale\"}}}",
                "/animations/0/channels/0/target/path|\"pointer\"",
                "/animations/0/channels/0/target/path|7",
                "/animations/0/channels|[]",
                "/animations/0/samplers/0/interpolation|\"SMOOTH\"",
                "/animations/0/samplers/0/interpolation|\"CUBICSPLINE\"",
                "/animations/0/samplers/0/input|2",
                "/animations|[]",
                "/cameras/0/perspective/yfov|0",
                "/cameras/0/perspective/yfov|\"wide\"",
                "/cameras/0/perspective/znear|200",
                "/cameras/0/perspective/aspectRatio|0",
                "/cameras/0/perspective|{}",
                "/cameras/0/type|\"fisheye\"",
                "/cameras/0/type|null",
                "/cameras/0/name|7",
                "/cameras/1/orthographic/xmag|0",
                "/nodes/2/matrix|[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1]",
                "/images/0/mimeType|\"image/jpeg\"",
                "/images/0/mimeType|\"image/jpg\"",
                "/accessors/3/byteOffset|4",
                "/nodes/0/scale|[0,0,0]",
                "/extensionsUsed|[\"EXT_meshopt_compression\",\"KHR_texture_basisu\",\"VENDOR_x\"]",
                "/extensions|{\"KHR_lights_punctual\":{\"lights\":[{\"type\":\"point\"},{\"type\":\"sun\"},7]},"
                        + "\"VENDOR_x\":[null]}",
                "/materials/0/extensions|{\"VENDOR_x\":{\"oddTexture\":{\"index\":99}},\"KHR_materials_variants\":7}",
                "/materials/0/extras|[1,{\"someTexture\":{\"index\":99}}]",
                "/nodes/0/extras|\"a text\"",
                "/textures/0/extensions|{\"KHR_texture_basisu\":{\"source\":99}}",
                "/buffers/0/byteLength|155",
                "/materials/0/alphaMode|\"HALF\"",
                "/materials/0/alphaMode|\"mask\"",
                "/nodes/2/matrix|[1,0,0,0,0,1,0,0,0,0,1,0,0,0,3,0.9999999]",
                "/nodes/2/matrix|[1,0,0,9,0,1,0,0,0,0,1,0,0,0,0,1]",
                "/nodes/2/translation|[1,2,3]",
                "/nodes/2/rotation|[0,0,0,1]",
                "/bufferViews/1/byteStride|0",
                "/bufferViews/1/byteStride|2",
                "/bufferViews/4/byteStride|4",
                "/accessors/5/sparse/count|0",
                "/accessors/5/sparse/indices/bufferView|0",
            })
    void aValueThatBreaksNothing(String pointer, String value) throws Exception {
        Models.check(Models.glb(Models.with(Models.full(), pointer, value)), true);
    }

    static Stream<Arguments> unused() {
        return Stream.of(
                Arguments.of("images", "{\"uri\":\"fur.ktx2\",\"mimeType\":\"image/ktx2\"}"),
                Arguments.of("images", "{\"uri\":\"missing.png\"}"),
                Arguments.of("images", "{\"bufferView\":99}"),
                Arguments.of("images", "{}"),
                Arguments.of("textures", "{\"source\":99}"),
                Arguments.of("textures", "{}"),
                Arguments.of("materials", "{\"normalTexture\":{\"index\":99},\"alphaMode\":7}"),
                Arguments.of("meshes", "{\"primitives\":[{\"attributes\":{\"POSITION\":99},\"mode\":77}]}"),
                Arguments.of("cameras", "{\"type\":\"perspective\",\"perspective\":{\"yfov\":0,\"znear\":-1}}"),
                Arguments.of("samplers", "7"),
                Arguments.of("bufferViews", "{\"buffer\":9}"),
                Arguments.of("bufferViews", "{\"buffer\":0,\"byteLength\":1,\"byteStride\":1}"),
                Arguments.of("buffers", "{\"byteLength\":0}"),
                Arguments.of("buffers", "{\"byteLength\":10,\"uri\":\"missing.bin\"}"),
                Arguments.of("accessors", "{}"),
                Arguments.of("accessors", "{\"bufferView\":0,\"componentType\":5126,\"type\":\"MAT4\",\"count\":99}"),
                Arguments.of("animations", "{\"samplers\":[],\"channels\":[]}"),
                Arguments.of("nodes", "{\"mesh\":99,\"camera\":99,\"rotation\":[9,9,9,9]}"),
                Arguments.of("nodes", "{\"children\":[4]}"),
                Arguments.of("nodes", "{\"children\":[1,1,99]}"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("unused")
    void somethingThatNobodyReads(String list, String more) throws Exception {
        ObjectNode model = Models.full();
        ArrayNode all = model.withArray(list);
        all.add(Models.MAPPER.readTree(more));
        Models.check(Models.glb(model), true);
    }

    @Test
    void aPictureForOneWhoKnowsMoreBesideOneForAll() throws Exception {
        ObjectNode model = Models.textured("{\"uri\":\"fur.png\"}", "{\"uri\":\"fur.png\"}");
        Models.with(model, "/images/1", "{\"uri\":\"fur.ktx2\",\"mimeType\":\"image/ktx2\"}");
        Models.with(model, "/textures/1", "{\"source\":0,\"extensions\":{\"KHR_texture_basisu\":{\"source\":1}}}");
        Models.check(Models.text(model), false, Map.of("fur.png", Models.PNG));
    }

    @Test
    void aPictureOfAnotherTypeThanItsName() throws Exception {
        byte[] jpeg = Models.bytes(
                new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xC0, 0, 17, 8, 0, 1, 0, 1}, new byte[40]);
        Models.check(
                Models.text(Models.textured("{\"uri\":\"fur.png\",\"mimeType\":\"image/png\"}")),
                false,
                Map.of("fur.png", jpeg));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data:image/jpeg;base64,",
                "data:application/octet-stream;base64,",
                "data:;base64,",
                "data:image/PNG;Base64,"
            })
    void aPictureInAUriOfSomeType(String head) throws Exception {
        Models.check(Models.text(Models.textured("{\"uri\":\"" + head + PICTURE + "\"}")), false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data:;base64,",
                "data:text/plain;charset=utf-8;base64,",
                "data:application/gltf-buffer;base64,",
                "data:model/x;base64,\\n "
            })
    void aBufferInAUriOfAnyType(String head) throws Exception {
        Models.check(
                Models.text(Models.with(
                        Models.triangle(),
                        "/buffers/0/uri",
                        "\"" + head + Base64.getEncoder().encodeToString(new byte[36]) + "\"")),
                false);
    }

    static Stream<Arguments> containers() {
        byte[] json = Models.text(Models.full());
        byte[] good = Models.glb(json, Models.binary());
        byte[] text = Models.text(Models.triangle());
        return Stream.of(
                Arguments.of("four zero bytes behind the end", Arrays.copyOf(good, good.length + 4), true),
                Arguments.of("a byte behind the end", Arrays.copyOf(good, good.length + 1), true),
                Arguments.of(
                        "a binary chunk with more in it than its buffer",
                        Models.glb(json, Arrays.copyOf(Models.binary(), 400)),
                        true),
                Arguments.of(
                        "chunks of odd lengths",
                        Models.bytes(
                                "glTF", 2, 28 + text.length + 3, text.length, "JSON", text, 3, "XXXX", new byte[3]),
                        true),
                Arguments.of(
                        "a byte order mark",
                        Models.bytes(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, text),
                        false),
                Arguments.of("blanks behind the JSON", Models.bytes(text, " \r\n\t\n"), false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("containers")
    void aContainerWithSomethingMore(String kind, byte[] file, boolean glb) throws Exception {
        Models.check(file, glb);
    }

    @Test
    void aViewAtAnOddPlaceOfItsBuffer() throws Exception {
        ObjectNode model = Models.with(Models.triangle(), "/buffers/0/uri", "\"a.bin\"");
        Models.with(Models.with(model, "/buffers/0/byteLength", "37"), "/bufferViews/0/byteOffset", "1");
        Models.check(Models.text(model), false, Map.of("a.bin", new byte[37]));
    }

    @Test
    void aCameraThatTheBridgeCannotHaveIsLeftOut() throws Exception {
        Asset asset = Models.check(
                Models.text(Models.with(Models.withCamera("lens", 2), "/cameras/0/perspective/yfov", "0")), false);
        assertThat(asset.cameras()).isEmpty();
        assertThat(asset.camerasLeftOut()).isEqualTo(1);
    }

    @Test
    void twoHundredCamerasAreServedAndSomeBecomeTheBridges() throws Exception {
        ObjectNode model = Models.withCamera("lens", 2);
        for (int i = 2; i <= 200; i++) {
            ((ArrayNode) model.get("nodes")).add(Models.object("{\"camera\":0}"));
            ((ArrayNode) model.at("/scenes/0/nodes")).add(i);
        }
        Asset asset = Models.check(Models.text(model), false);
        assertThat(asset.cameras()).hasSize(ModelCheck.MAX_CAMERAS);
        assertThat(asset.camerasLeftOut()).isEqualTo(200 - ModelCheck.MAX_CAMERAS);
    }

    @Test
    void anAvifPictureThatTheBrowserShows() throws Exception {
        Models.check(
                Models.text(Models.textured("{\"uri\":\"fur.avif\",\"mimeType\":\"image/avif\"}")),
                false,
                Map.of("fur.avif", Models.AVIF));
        ObjectNode model = Models.textured("{\"uri\":\"fur.png\"}", "{\"uri\":\"fur.avif\"}");
        Models.with(model, "/textures/1", "{\"source\":0,\"extensions\":{\"EXT_texture_avif\":{\"source\":1}}}");
        Models.with(model, "/extensionsRequired", "[\"EXT_texture_avif\"]");
        Models.check(Models.text(model), false, Map.of("fur.png", Models.PNG, "fur.avif", Models.AVIF));
    }

    @Test
    void aMeshOfNothing() throws Exception {
        ObjectNode model = Models.full();
        for (int accessor : List.of(0, 1, 2, 6, 7)) {
            Models.with(model, "/accessors/" + accessor + "/count", "0");
        }
        Models.with(model, "/bufferViews/1/byteLength", "0");
        Models.check(Models.glb(model), true);
    }

    @Test
    void aMatrixCountsInPlaceOfWhatStandsBesideIt() throws Exception {
        ObjectNode model = Models.full();
        Asset.Box before = Models.check(Models.glb(model), true).bounds().orElseThrow();
        Models.with(model, "/nodes/0/matrix", MOVED);
        Asset.Box beside = Models.check(Models.glb(model), true).bounds().orElseThrow();
        Models.with(model, "/nodes/0", "{\"name\":\"root\",\"children\":[1,2,3],\"matrix\":" + MOVED + "}");
        Asset.Box alone = Models.check(Models.glb(model), true).bounds().orElseThrow();
        assertThat(beside).usingRecursiveComparison().isEqualTo(alone).isNotEqualTo(before);
    }
}
