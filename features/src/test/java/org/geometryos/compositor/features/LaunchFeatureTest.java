package org.geometryos.compositor.features;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchFeatureTest {

    @TempDir
    private Path folder;

    private LaunchFeature feature;

    @BeforeEach
    void readAFeature() throws IOException {
        Path core = Files.writeString(folder.resolve("core.json"), """
                {
                  "feature-resource-version": "1.0",
                  "id": "g:core:1",
                  "bundles": [
                    { "id": "g:camera:1", "start-order": 21 },
                    { "id": "g:http:jar:with-sockets:2", "start-order": 6 }
                  ],
                  "configurations": { "replay~tour": { "loop:Boolean": true } },
                  "extensions": {
                    "framework-launching-properties": {
                      "kind": "optional", "type": "json", "json": { "port": "8080" }
                    }
                  }
                }
                """);
        feature = new LaunchFeature(
                BundleId.parse("g:all:1"),
                BundleId.parse("f:framework:7"),
                List.of(BundleId.parse("s:log:2")),
                List.of(FeatureFile.read(core, name -> null)));
    }

    @Test
    void theSpecificationHasStartLevelsFrameworkAndProperties() throws IOException {
        JsonNode json = new ObjectMapper().readTree(feature.osgi());
        assertThat(json.path("id").asText()).isEqualTo("g:all:osgifeature:all:1");
        assertThat(json.path("bundles"))
                .extracting(JsonNode::toString)
                .containsExactly(
                        "{\"id\":\"s:log:2\",\"bundleStartLevel\":1}",
                        "{\"id\":\"g:camera:1\",\"bundleStartLevel\":21}",
                        "{\"id\":\"g:http:jar:with-sockets:2\",\"bundleStartLevel\":6}");
        assertThat(json.at("/configurations/replay~tour/loop:Boolean").asBoolean())
                .isTrue();
        JsonNode extensions = json.path("extensions");
        assertThat(extensions.at("/launch-framework/artifacts/0/id").asText()).isEqualTo("f:framework:7");
        assertThat(extensions.at("/framework-launching-properties/json").toString())
                .isEqualTo("{\"org.osgi.framework.startlevel.beginning\":\"100\",\"port\":\"8080\"}");
    }

    @Test
    void slingHasOtherWordsForTheSame() throws IOException {
        JsonNode json = new ObjectMapper().readTree(feature.sling());
        assertThat(json.at("/bundles/1/start-order").asInt()).isEqualTo(21);
        assertThat(json.at("/framework-properties/port").asText()).isEqualTo("8080");
        assertThat(json.has("extensions") || json.has("feature-resource-version"))
                .isFalse();
    }

    @Test
    void aRepositoryHasAllThatItNames() {
        assertThat(feature.artifacts())
                .extracting(BundleId::path)
                .containsExactly(
                        "s/log/2/log-2.jar",
                        "g/camera/1/camera-1.jar",
                        "g/http/2/http-2-with-sockets.jar",
                        "f/framework/7/framework-7.jar");
    }
}
