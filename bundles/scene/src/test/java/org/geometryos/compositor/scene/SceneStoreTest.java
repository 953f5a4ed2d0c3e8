package org.geometryos.compositor.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.io.files.WholeFile;
import org.geometryos.compositor.io.state.SnapshotFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SceneStoreTest {
    private static final Scene SCENE = new Scene(
            41,
            List.of(
                    new Model(
                            "gear/1",
                            "models/gear.glb",
                            new Vector3(1e-300, -0.1, 3),
                            new Quaternion(0, 1, 0, 0),
                            new Vector3(1, 2, 0),
                            false,
                            Optional.of("a \"gear\" \ud83d\ude00"),
                            Optional.of("")),
                    new Model("b", "models/b.gltf")),
            List.of("gear/1", "b"));

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("scene.json");
    }

    private SnapshotFile<Scene> open() {
        return SceneStore.of(new WholeFile(file()));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatWasSavedIsThereAgain() {
        assertThat(open().stored()).isEqualTo(Scene.EMPTY);
        open().save(SCENE);
        assertThat(open().stored()).isEqualTo(SCENE);
    }

    @Test
    void aSceneThatIsStoredIsNotWrittenAgain() throws Exception {
        SnapshotFile<Scene> store = open();
        store.save(SCENE);
        Files.delete(file());
        store.save(SCENE);
        assertThat(files()).isEmpty();
        store.save(new Scene(42, SCENE.models(), List.of()));
        assertThat(files()).containsExactly("scene.json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "nonsense",
                "{\"type\":\"gap\",\"from\":1,\"to\":2}",
                "{\"type\":\"snapshot\",\"epoch\":\"\",\"seq\":0,\"all\":true,\"cameras\":[],\"control\":[]}",
                "{\"type\":\"snapshot\",\"epoch\":\"\",\"seq\":0,\"all\":true,\"cameras\":[],\"control\":[],"
                        + "\"scene\":{\"revision\":1,\"models\":[{\"id\":\"a\",\"uri\":\"../a\"}],\"selected\":[]}}",
                "{\"type\":\"snapshot\",\"epoch\":\"\",\"seq\":0,\"all\":true,\"cameras\":[],\"control\":[],"
                        + "\"scene\":{\"revision\":1,\"models\":[{\"id\":\"a\",\"uri\":\"a\"},{\"id\":\"a\","
                        + "\"uri\":\"b\"}],\"selected\":[]}}",
                "{\"type\":\"snapshot\",\"epoch\":\"\",\"seq\":0,\"all\":true,\"cameras\":[],\"control\":[],"
                        + "\"scene\":{\"revision\":1,\"models\":[],\"selected\":[\"a\"]}}"
            })
    void aDamagedFileIsSetAsideAndANewOneBegun(String content) throws Exception {
        Files.writeString(file(), content);
        SnapshotFile<Scene> store = open();
        assertThat(store.stored()).isEqualTo(Scene.EMPTY);
        assertThat(files()).singleElement().asString().startsWith("scene.json.damaged-");
        assertThat(Files.readString(folder.resolve(files().get(0)))).isEqualTo(content);
        store.save(SCENE);
        assertThat(open().stored()).isEqualTo(SCENE);
    }

    @Test
    void aFileOfANewerVersionIsKeptAside() throws Exception {
        open().save(SCENE);
        String stored = Files.readString(file());
        Files.writeString(file(), stored.replace("{\"version\":1,", "{\"version\":2,"));
        SnapshotFile<Scene> store = open();
        assertThat(store.stored()).isEqualTo(Scene.EMPTY);
        assertThat(store.problems())
                .singleElement()
                .asString()
                .contains("newer version (format 2, known is 1)", "scene.json.damaged-");
    }

    @Test
    void aFileWithoutAVersionIsOfTheFirst() throws Exception {
        open().save(SCENE);
        Files.writeString(file(), Files.readString(file()).replace("\"version\":1,", ""));
        assertThat(open().stored()).isEqualTo(SCENE);
    }

    @Test
    void whatWasBegunAndNotEndedIsIgnored() throws Exception {
        open().save(SCENE);
        Files.writeString(folder.resolve("scene.json.new"), "{\"type\":\"snap");
        assertThat(open().stored()).isEqualTo(SCENE);
    }

    @Test
    void aDiskThatTakesNothingIsTriedAgain() throws Exception {
        Path missing = folder.resolve("missing");
        SnapshotFile<Scene> store = SceneStore.of(new WholeFile(missing.resolve("scene.json")));
        store.save(SCENE);
        assertThat(store.stored()).isEqualTo(Scene.EMPTY);
        Files.createDirectory(missing);
        store.save(SCENE);
        assertThat(SceneStore.of(new WholeFile(missing.resolve("scene.json"))).stored())
                .isEqualTo(SCENE);
    }
}
