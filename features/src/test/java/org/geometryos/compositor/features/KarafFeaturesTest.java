package org.geometryos.compositor.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KarafFeaturesTest {
    private static final String VERSION = "\"feature-resource-version\": \"1.0\", ";

    @TempDir
    Path folder;

    @Test
    void oursAreInstalledAndThoseOfOthersWhereTheyAreMissing() throws IOException {
        assertThat(xml("core", """
                        "bundles": [{"id": "our:part:1", "start-order": 3}, {"id": "their:library:2", "start-order": 2}]"""))
                .contains("<bundle start-level=\"43\">at our:part</bundle>")
                .contains("<bundle start-level=\"42\" dependency=\"true\">at their:library</bundle>");
    }

    @Test
    void whatTheContainerIsMadeOfIsLeftOut() throws IOException {
        assertThat(xml("core", "\"bundles\": [{\"id\": \"their:provided:1\", \"start-order\": 2}]"))
                .doesNotContain("provided");
    }

    @Test
    void theHttpServiceIsConfiguredAndItsPortIsLeftToTheHost() throws IOException {
        assertThat(xml("core", """
                        "extensions": {"framework-launching-properties": {"json": {
                            "org.osgi.service.http.port": "1", "felix.cm.dir": "x", "org.apache.felix.jetty.y": "true"}}}"""))
                .contains("<config name=\"org.apache.felix.http\">\norg.apache.felix.jetty.y = true\n")
                .doesNotContain("http.port")
                .doesNotContain("felix.cm.dir");
    }

    @Test
    void aFactoryConfigurationIsNamedAsTheFilesOfTheContainerAre() throws IOException {
        assertThat(xml("replay", "\"configurations\": {\"a.b~c\": {\"loop:Boolean\": true, \"file\": \"x & y\"}}"))
                .contains("<config name=\"a.b-c\">\nfile = x &amp; y\nloop = true\n")
                .contains("<feature>compositor-core</feature>")
                .contains("finalname=\"${karaf.data}/compositor/recordings/tour.jsonl\">where tour is<");
    }

    private String xml(String name, String json) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".json"), "{" + VERSION + json + "}");
        return new KarafFeatures(
                        "our",
                        "1",
                        List.of("provided"),
                        id -> "at " + id.group() + ":" + id.artifact(),
                        Map.of("tour.jsonl", "where tour is"))
                .xml(List.of(FeatureFile.read(file, key -> null)));
    }
}
