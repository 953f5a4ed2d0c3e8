package org.geometryos.compositor.models;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelNamesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gear.glb",
                "a/b/c.gltf",
                "Zahnrad (groß) 2.glb",
                "a;b.glb",
                "-_~.x",
                "モデル.glb",
                "a+b&c=d,e@f!.glb"
            })
    void aNameComesBackFromTheAddressItStandsIn(String name) {
        assertThat(ModelNames.valid(name)).isTrue();
        assertThat(ModelNames.decode(ModelNames.encode(name))).contains(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "a/",
                "/a",
                "a//b",
                ".",
                "..",
                "../a",
                "a/..",
                "a/../b",
                ".a",
                "a/.b",
                "a.",
                "a/b.",
                " a",
                "a ",
                "a\\b",
                "c:a",
                "a*",
                "a?",
                "a\"b",
                "a<b",
                "a>b",
                "a|b",
                "a%2eb",
                "a\u0000",
                "a\nb",
                "a\u202eb",
                "1/2/3/4/5/6/7/8/9"
            })
    void aNameThatCouldMeanSomethingElseIsNone(String name) {
        assertThat(ModelNames.valid(name)).isFalse();
    }

    @Test
    void aNameFitsIntoTheSceneAsAUri() {
        assertThat(ModelNames.valid("a".repeat(240))).isTrue();
        assertThat(ModelNames.valid("a".repeat(241))).isFalse();
        assertThat(ModelNames.valid("ä".repeat(41))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%2e%2e/gear.glb",
                "..%2fgear.glb",
                "%2Fgear.glb",
                "a%5cb",
                "a%00",
                "gear%2eglb",
                "%252e%252e/gear.glb",
                "a%",
                "a%2",
                "a%zz",
                "a%c0%af",
                "a%ff",
                "a b",
                "a?b",
                "a#b",
                "a;b",
                "ä",
                "a\u007f",
                "%2e",
                "./a",
                "../a",
                "a/./b"
            })
    void anAddressThatHidesSomethingIsNoName(String encoded) {
        assertThat(ModelNames.decode(encoded)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "robot.gltf, robot.bin, robot.bin",
        "a/robot.gltf, robot.bin, a/robot.bin",
        "a/robot.gltf, ./parts/./arm.bin, a/parts/arm.bin",
        "a/robot.gltf, left%20arm.bin, a/left arm.bin",
        "a/robot.gltf, left arm.bin, a/left arm.bin",
        "a/robot.gltf, größe.bin, a/größe.bin",
    })
    void aModelRefersToWhatLiesBesideOrBelowIt(String model, String uri, String name) {
        assertThat(ModelNames.beside(model, uri)).contains(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../a.bin",
                "b/../a.bin",
                "%2e%2e/a.bin",
                "/a.bin",
                "//host/a.bin",
                "http://host/a.bin",
                "a%2fb.bin",
                "a\\b.bin",
                "a.bin?x",
                "a.bin#x",
                ""
            })
    void aModelRefersToNothingElse(String uri) {
        assertThat(ModelNames.beside("folder/robot.gltf", uri)).isEmpty();
    }

    @Test
    void aModelRefersToNothingWithAnEndlessName() {
        assertThat(ModelNames.beside("robot.gltf", "a/".repeat(8_000_000))).isEmpty();
        assertThat(ModelNames.beside("robot.gltf", "a".repeat(241))).isEmpty();
    }
}
