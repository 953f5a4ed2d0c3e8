package org.geometryos.compositor.launcher.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureTest {

    @TempDir
    Path folder;

    @Test
    void bundlesHaveAPlaceAFileAndAStartLevel() throws Exception {
        assertThat(read("""
                {"bundles": [
                  {"id": "g:a:1.0", "start-order": 3},
                  {"id": "g:b:jar:c:2", "start-order": 4}]}""").bundles())
                .containsExactly(new Feature.Entry("g:a", "a-1.0.jar", 3), new Feature.Entry("g:b-c", "b-2-c.jar", 4));
    }

    @Test
    void configurationsAreTyped() throws Exception {
        assertThat(read("""
                {"configurations": {"p~one": {"file": "x", "loop:Boolean": true, "speed:Double": 1, "n:Integer": "7",
                  "long": 5, "real": 0.5, "names:String[]": ["a", "b"], "none:Long[]": []}}}""").configurations().get("p~one"))
                .containsOnly(
                        entry("file", "x"),
                        entry("loop", true),
                        entry("speed", 1.0),
                        entry("n", 7),
                        entry("long", 5L),
                        entry("real", 0.5),
                        entry("names", new String[] {"a", "b"}),
                        entry("none", new Long[0]));
    }

    @Test
    void demoAndWhatMustBeReadyAreSaidByTheFeature() throws Exception {
        Feature feature = read("""
                {"extensions": {
                  "org.geometryos.compositor.demo": {"type": "text", "kind": "optional", "text": ["p~one"]},
                  "org.geometryos.compositor.ready": {"type": "text", "kind": "optional", "text": ["s.Service"]}}}""");
        assertThat(feature.demo()).containsExactly("p~one");
        assertThat(feature.ready()).containsExactly("s.Service");
    }

    @Test
    void anOptionalFeatureIsAPartOfTheHostThatIsRunWithItsOption() throws Exception {
        Feature always = read("{}");
        Feature optional = read("""
                {"extensions": {"org.geometryos.compositor.option": {"type": "text", "kind": "optional", "text": ["console"]}}}""");
        Options plain = Options.parse(List.of(), folder);
        Options console = Options.parse(List.of("--console"), folder);
        assertThat(List.of(plain.wants(always), plain.wants(optional))).containsExactly(true, false);
        assertThat(List.of(console.wants(always), console.wants(optional))).containsExactly(true, true);
    }

    @Test
    void mistakesNameTheFile() {
        for (String text : new String[] {
            "{\"bundles\": [{\"id\": \"a\", \"start-order\": 1}]}",
            "{\"bundles\": 3}",
            "{\"configurations\": {\"p\": {\"k:Colour\": 1}}}"
        }) {
            assertThatThrownBy(() -> read(text))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("f.json");
        }
    }

    private Feature read(String json) throws IOException, StartException {
        return Feature.read(Files.writeString(folder.resolve("f.json"), json));
    }
}
