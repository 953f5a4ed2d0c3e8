package org.geometryos.compositor.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoryTest {
    private static final Component PAGE =
            new Component("", "three", "0.187.0", "pkg:npm/three@0.187.0", List.of("MIT"), Optional.empty());

    @TempDir
    Path folder;

    @Test
    void theBillOfMaterialsIsValidAndNamesEachComponentOnce() throws Exception {
        Path jar = Files.writeString(folder.resolve("a.jar"), "content");
        Component library = new Component(
                "org.some",
                "a",
                "1.0",
                "pkg:maven/org.some/a@1.0",
                List.of("Apache-2.0", "Some Own Licence"),
                Optional.of(jar));

        String bom = new Inventory("compositor", "1", List.of(library, PAGE, library)).bom();

        assertThat(new JsonParser().validate(bom.getBytes(StandardCharsets.UTF_8), Inventory.FORMAT))
                .isEmpty();
        var components =
                new JsonParser().parse(bom.getBytes(StandardCharsets.UTF_8)).getComponents();
        assertThat(components)
                .extracting(org.cyclonedx.model.Component::getPurl)
                .containsExactly(library.purl(), PAGE.purl());
        assertThat(components.get(0).getHashes())
                .singleElement()
                .satisfies(hash -> assertThat(hash.getValue())
                        .isEqualTo("ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"));
        assertThat(components.get(0).getLicenses().getLicenses())
                .extracting(org.cyclonedx.model.License::getId)
                .containsExactly("Apache-2.0", null);
    }

    @Test
    void thePageHasARowForEachComponent() {
        assertThat(new Inventory("compositor", "1", List.of(PAGE)).page())
                .contains("| three | 0.187.0 | MIT | `pkg:npm/three@0.187.0` |\n");
    }

    @Test
    void packagesOfNpmComeWithAllThatTheyNeed() throws IOException {
        Path lock = Files.writeString(folder.resolve("package-lock.json"), """
                {"packages":{
                  "node_modules/a":{"version":"1.0.0","license":"MIT","dependencies":{"@b/c":"^2.0.0"}},
                  "node_modules/@b/c":{"version":"2.1.0","license":"ISC","dependencies":{"a":"*"}},
                  "node_modules/tool":{"version":"3.0.0","license":"MIT"}}}
                """);

        assertThat(Component.ofNpm(lock, List.of("a")))
                .extracting(Component::purl)
                .containsExactly("pkg:npm/%40b/c@2.1.0", "pkg:npm/a@1.0.0");
        assertThatThrownBy(() -> Component.ofNpm(lock, List.of("none")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"none\"");
    }

    @Test
    void whatNamesNoLicenceIsRefused() throws IOException {
        Path lock = Files.writeString(
                folder.resolve("package-lock.json"), "{\"packages\":{\"node_modules/a\":{\"version\":\"1\"}}}");

        assertThatThrownBy(() -> Component.ofNpm(lock, List.of("a"))).hasMessage("pkg:npm/a@1 names no licence");
    }
}
