package org.geometryos.compositor.models.gltf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.OptionalDouble;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.coordinates.Rotations;
import org.geometryos.compositor.api.value.Vector3;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is good is taken, what a model is said to hold is what it holds, and a reason names place, rule and value. */
class ModelCheckTest {

    @Test
    void aModelWithSomethingOfEverythingIsTaken() throws Exception {
        Asset asset = Models.check(Models.glb(Models.full()), true);
        assertThat(asset.cameras()).extracting(Asset.NamedView::name).containsExactly("lens", "");
    }

    @Test
    void aModelInTextIsTaken() throws Exception {
        assertThat(Models.check(Models.text(Models.triangle()), false).bounds())
                .contains(new Asset.Box(new Vector3(0, 0, 0), new Vector3(1, 1, 0)));
    }

    @Test
    void aModelMayReferToFilesBesideIt() throws Exception {
        var model = Models.with(
                Models.with(Models.triangle(), "/buffers/0/uri", "\"parts/a.bin\""),
                "/images",
                "[{\"uri\":\"skin.png\"}]");
        Models.check(Models.text(model), false, Map.of("parts/a.bin", new byte[36], "skin.png", Models.PNG));
        assertThatThrownBy(() -> Models.check(
                        Models.text(model), false, Map.of("parts/a.bin", new byte[35], "skin.png", Models.PNG)))
                .hasMessage("buffers[0].byteLength must be at most the size of the content (35 bytes), not 36");
        assertThatThrownBy(() -> Models.check(Models.text(model), false, Map.of("skin.png", Models.PNG)))
                .hasMessage("buffers[0].uri: there is no file \"parts/a.bin\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"KHR_lights_punctual", "KHR_materials_unlit", "KHR_mesh_quantization", "KHR_texture_transform"})
    void whatDisplaysCanDoMayBeRequired(String extension) throws Exception {
        Models.check(
                Models.text(Models.with(Models.triangle(), "/extensionsRequired", "[\"" + extension + "\"]")), false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"KHR_draco_mesh_compression", "EXT_meshopt_compression", "KHR_texture_basisu"})
    void whatNeedsADecoderIsNamed(String extension) {
        assertThatThrownBy(() -> Models.check(
                        Models.text(Models.with(Models.triangle(), "/extensionsRequired", "[\"" + extension + "\"]")),
                        false))
                .hasMessage(
                        "extensionsRequired[0] must be an extension that displays can do, not \"" + extension + "\"");
    }

    @Test
    void whatIsOnlyUsedMayBeMissingFromADisplay() throws Exception {
        Models.check(
                Models.text(
                        Models.with(Models.triangle(), "/extensionsUsed", "[\"KHR_texture_basisu\",\"X_unheard_of\"]")),
                false);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/accessors/0/count|4|accessors[0] must end within its bufferView (36 bytes), not \"at 48\"",
                "/accessors/0/bufferView|7|accessors[0].bufferView must be an integer in [0, 0], not 7",
                "/nodes/0|{\"children\":[0]}|nodes[0] must not stand below itself, not \"a cycle\"",
                "/nodes/0/mesh|\"0\"|nodes[0].mesh must be an integer in [0, 0], not \"0\"",
                "/asset/version|\"1.0\"|asset.version must be 2.x, not \"1.0\"",
                "/meshes/0/primitives/0/mode|true|meshes[0].primitives[0].mode must be an integer in [0, 6], not true",
                "/buffers/0/uri|\"http://a/b\"|buffers[0].uri: there is no file \"http://a/b\"",
            })
    void aReasonNamesPlaceRuleAndValue(String pointer, String value, String reason) {
        assertThatThrownBy(() -> Models.check(Models.text(Models.with(Models.triangle(), pointer, value)), false))
                .isInstanceOf(RefusedModelException.class)
                .hasMessage(reason);
    }

    @Test
    void aReasonHoldsNothingThatWouldSpoilALog() {
        assertThatThrownBy(() -> Models.check(
                        Models.text(Models.with(
                                Models.triangle(),
                                "/asset/version",
                                "\"\\n\\u001b[2J\\u202e" + "x".repeat(500) + "\"")),
                        false))
                .hasMessage("asset.version must be 2.x, not \"??[2J?" + "x".repeat(74) + "...\"");
    }

    @Test
    void aCameraStandsWhereItsNodeStands() throws Exception {
        // the node above it lies at height 1, turned a quarter to the left, and everything below is twice as large
        View3d view =
                Models.check(Models.glb(Models.full()), true).cameras().get(0).view();
        assertThat(view.position().x()).isCloseTo(6, within(1e-5));
        assertThat(view.position().y()).isCloseTo(1, within(1e-5));
        assertThat(view.position().z()).isCloseTo(0, within(1e-5));
        assertThat(Rotations.angle(view.orientation(), Rotations.aboutY(Math.PI / 2)))
                .isCloseTo(0, within(1e-5));
        assertThat(view.projection())
                .isEqualTo(new Projection.Perspective(0.6, 0.1, OptionalDouble.of(100), OptionalDouble.of(1.5)));
    }

    @Test
    void aMirroredCameraLooksWhereItLooked() throws Exception {
        var model = Models.with(Models.withCamera("lens", 2), "/nodes/1/scale", "[-3,1,1]");
        View3d view = Models.check(Models.text(model), false).cameras().get(0).view();
        assertThat(Rotations.angle(view.orientation(), Rotations.aboutY(0))).isCloseTo(0, within(1e-9));
    }

    @Test
    void aCameraOutsideTheSceneIsNotSeen() throws Exception {
        var model = Models.with(Models.withCamera("lens", 2), "/scenes/0/nodes", "[0]");
        assertThat(Models.check(Models.text(model), false).cameras()).isEmpty();
    }

    @Test
    void theBoxStandsAroundWhatWasMoved() throws Exception {
        var model = Models.with(
                Models.with(Models.triangle(), "/nodes/0/rotation", "[0,0,0.70710678,0.70710678]"),
                "/nodes/0/translation",
                "[10,0,0]");
        Asset.Box box = Models.check(Models.text(model), false).bounds().orElseThrow();
        assertThat(box.min().x()).isCloseTo(9, within(1e-6));
        assertThat(box.max().x()).isCloseTo(10, within(1e-6));
        assertThat(box.max().y()).isCloseTo(1, within(1e-6));
    }

    @Test
    void theDeepestGraphThatIsAllowedIsTaken() throws Exception {
        StringBuilder nodes = new StringBuilder("[");
        for (int i = 1; i < Graph.MAX_DEPTH; i++) {
            nodes.append("{\"children\":[").append(i).append("]},");
        }
        Models.check(Models.text(Models.with(Models.triangle(), "/nodes", nodes + "{\"mesh\":0}]")), false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gear.glb", "display-wall.glb", "studio-camera.glb"})
    void theModelsThatComeWithItAreGoodAndSmall(String name) throws Exception {
        byte[] bytes = getClass()
                .getResourceAsStream("/org/geometryos/compositor/models/shipped/" + name)
                .readAllBytes();
        Asset asset = Models.check(bytes, true);
        assertThat(bytes).hasSizeLessThan(200_000);
        assertThat(asset.bounds()).isPresent();
        assertThat(asset.cameras()).hasSize(name.startsWith("studio") ? 1 : 0);
    }
}
