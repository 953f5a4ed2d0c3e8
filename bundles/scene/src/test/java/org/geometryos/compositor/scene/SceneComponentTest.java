package org.geometryos.compositor.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Annotation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.io.files.WholeFile;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SceneComponentTest {
    private static final Driver BUNDLE = new Driver("bundle", Optional.empty(), 0);
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    private Path folder;

    private static Map<String, Object> properties(int models, int bytes) {
        return Map.of("maxModels", models, "maxBytes", bytes);
    }

    private static SceneConfig config(int models, int bytes, String first) {
        return new SceneConfig() {
            @Override
            public Class<? extends Annotation> annotationType() {
                return SceneConfig.class;
            }

            @Override
            public int maxModels() {
                return models;
            }

            @Override
            public int maxBytes() {
                return bytes;
            }

            @Override
            public String first() {
                return first;
            }
        };
    }

    private Path file() {
        return folder.resolve("scene.json");
    }

    private Scene stored() {
        return SceneStore.of(new WholeFile(file())).stored();
    }

    private static void put(SceneComponent component, String id) {
        assertThat(component.change(BUNDLE, List.of(new SceneOp.Put(new Model(id, id + ".glb"))), Optional.empty()))
                .isInstanceOf(SceneOutcome.Accepted.class);
    }

    @Test
    void whatChangedIsStoredSoonAndWhatIsStoredIsThereForTheNext() throws Exception {
        SceneComponent component = new SceneComponent(null, null, new WholeFile(file()), properties(1024, 196_608));
        component.setJournal(new FakeJournal("epoch"));
        put(component, "a");
        long end = System.nanoTime() + LIMIT;
        while (!Files.exists(file())) {
            assertThat(System.nanoTime() - end)
                    .as("waited in vain for %s", file())
                    .isNegative();
            Thread.onSpinWait();
        }
        component.deactivate();
        assertThat(stored()).isEqualTo(component.scene());

        SceneComponent next = new SceneComponent(null, null, new WholeFile(file()), properties(1024, 196_608));
        next.setJournal(new FakeJournal("epoch"));
        assertThat(next.scene()).isEqualTo(component.scene());
        next.deactivate();
    }

    @Test
    void theLastChangeIsStoredWhenItGoes() throws Exception {
        FakeJournal journal = new FakeJournal("epoch");
        SceneComponent component = new SceneComponent(null, null, new WholeFile(file()), properties(1024, 196_608));
        component.setJournal(journal);
        put(component, "a");
        component.deactivate();
        component.unsetJournal(journal);
        assertThat(stored().models()).extracting(Model::id).containsExactly("a");
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("compositor-scene-store"));
    }

    @Test
    void configurationThatBreaksARuleChangesNothing() throws Exception {
        SceneComponent component = new SceneComponent(null, null, new WholeFile(file()), properties(0, 196_608));
        assertThat(component.maxModels()).as("the default").isEqualTo(1024);
        component.modified(properties(3, 5_000));
        assertThat(component.maxModels()).isEqualTo(3);
        component.modified(properties(1025, 5_000));
        assertThat(component.maxModels()).isEqualTo(3);
        component.deactivate();
    }

    private SceneComponent with(String first) {
        return new SceneComponent(null, null, new WholeFile(file()), Map.of("first", first));
    }

    @Test
    void theFirstSceneStandsWhereNoneWasStoredAndAnEmptiedOneStaysEmpty() {
        FakeJournal journal = new FakeJournal("epoch");
        SceneComponent component = with("[{\"id\":\"gear\",\"uri\":\"models/gear.glb\",\"position\":[1,2,3]}]");
        component.setJournal(journal);
        assertThat(component.scene().models()).extracting(Model::id).containsExactly("gear");
        assertThat(journal.scene()).isPresent();
        component.change(BUNDLE, List.of(new SceneOp.Clear()), Optional.empty());
        component.deactivate();

        SceneComponent next = with("[{\"id\":\"gear\",\"uri\":\"models/gear.glb\"}]");
        next.setJournal(new FakeJournal("next"));
        assertThat(next.scene().models()).isEmpty();
        next.deactivate();
    }

    @Test
    void theFirstSceneMayComeWithAConfigurationThatIsLate() {
        FakeJournal journal = new FakeJournal("epoch");
        SceneComponent component = with("");
        component.setJournal(journal);
        component.modified(Map.of("first", "[{\"id\":\"a\",\"uri\":\"a.glb\"}]"));
        assertThat(component.scene().models()).extracting(Model::id).containsExactly("a");
        component.modified(Map.of("first", "[{\"id\":\"b\",\"uri\":\"b.glb\"}]"));
        assertThat(component.scene().models())
                .as("what stands is not replaced")
                .extracting(Model::id)
                .containsExactly("a");
        component.deactivate();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "[", "[{\"id\":\"a\"}]", "[{\"id\":\"a\",\"uri\":\"a.glb\",\"scale\":[1]}]", "[]}, {"})
    void aFirstSceneThatIsNoneIsRefused(String first) {
        assertThatThrownBy(() -> Settings.of(config(1024, 196_608, first)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("first must be a JSON list of models");
    }

    @ParameterizedTest
    @CsvSource({"0,5000,maxModels", "1025,5000,maxModels", "1,4095,maxBytes", "1,196609,maxBytes"})
    void settingsNameKeyValueAndRule(int models, int bytes, String key) {
        assertThatThrownBy(() -> Settings.of(config(models, bytes, "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key)
                .hasMessageContaining("must lie in [")
                .hasMessageContaining("not " + (key.equals("maxModels") ? models : bytes));
    }
}
