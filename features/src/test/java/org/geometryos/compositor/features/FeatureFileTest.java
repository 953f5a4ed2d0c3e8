package org.geometryos.compositor.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureFileTest {

    @TempDir
    Path folder;

    @Test
    void versionsComeFromTheBuild() throws IOException {
        FeatureFile feature = read("""
                {"feature-resource-version": "1.0", "bundles": [{"id": "g:a:${a.version}", "start-order": 3}]}""");
        assertThat(feature.bundles()).containsExactly(new BundleId("g", "a", "jar", "", "1.2"));
        assertThat(feature.text()).contains("g:a:1.2");
    }

    @Test
    void configurationPlaceholdersAreLeftForRunTime() throws IOException {
        assertThat(read("""
                {"feature-resource-version": "1.0", "configurations": {"p": {"key": "$[env:KEY]"}}}""").text()).contains("$[env:KEY]");
    }

    @Test
    void unknownPropertyIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read("{\"id\": \"g:a:${b.version}\"}"))
                .withMessage("f.json: no build property named b.version");
    }

    @Test
    void everyBundleNeedsAStartOrder() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read("""
                {"feature-resource-version": "1.0", "bundles": [{"id": "g:a:1"}]}"""))
                .withMessage("f.json: g:a:1 has no start-order");
    }

    @Test
    void classifierIsPartOfTheFileName() {
        assertThat(BundleId.parse("g:a:jar:c:1").fileName()).isEqualTo("a-1-c.jar");
        assertThat(BundleId.parse("g:a:1").fileName()).isEqualTo("a-1.jar");
        assertThatIllegalArgumentException().isThrownBy(() -> BundleId.parse("g:a"));
    }

    @Test
    void unchangedFilesAreLeftAloneAndOthersGo() throws IOException {
        Path source = Files.writeString(folder.resolve("source"), "new");
        Path target = folder.resolve("target");
        Tree first = new Tree(target);
        first.copy(source, "same");
        Files.writeString(target.resolve("other"), "stale");
        Object key = Files.readAttributes(target.resolve("same"), "unix:ino").get("ino");

        Tree second = new Tree(target);
        second.copy(source, "same");
        second.deleteOthers("");
        assertThat(target.resolve("other")).doesNotExist();
        assertThat(Files.readAttributes(target.resolve("same"), "unix:ino").get("ino"))
                .isEqualTo(key);
    }

    private FeatureFile read(String json) throws IOException {
        Path file = Files.writeString(folder.resolve("f.json"), json);
        return FeatureFile.read(file, Map.of("a.version", "1.2")::get);
    }
}
