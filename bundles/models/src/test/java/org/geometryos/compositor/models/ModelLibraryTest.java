package org.geometryos.compositor.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.geometryos.compositor.api.scene.ModelSource;
import org.geometryos.compositor.models.gltf.HostileModelsTest;
import org.geometryos.compositor.models.gltf.Models;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLibraryTest {
    private static final byte[] GOOD = Models.text(Models.triangle());
    private static final byte[] BAD = "{\"asset\":{\"version\":\"1.0\"}}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path temp;

    private Path folder;
    private ContentStore store;
    private ModelLibrary library;
    private long old = 1_000_000;

    @BeforeEach
    void begin() throws IOException {
        folder = temp.resolve("models");
        store = new ContentStore(temp.resolve("store"));
        library = new ModelLibrary(store);
    }

    private Settings settings(long maxModelBytes, int maxFiles, long maxTotalBytes) {
        return new Settings(folder, true, maxModelBytes, maxFiles, maxTotalBytes);
    }

    private void poll(Place... more) {
        library.poll(
                settings(1 << 20, 100, 1 << 22),
                Stream.concat(Stream.of(new FolderPlace(folder)), Stream.of(more))
                        .toList());
    }

    /** A file that nobody has touched for long. */
    private Path write(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        return Files.setLastModifiedTime(file, FileTime.fromMillis(old += 1000));
    }

    private Set<String> served() {
        return new TreeMap<>(library.catalogue().orElseThrow().files()).keySet();
    }

    private byte[] content(String name) throws IOException {
        try (FileChannel file =
                store.open(library.catalogue().orElseThrow().files().get(name).item())) {
            ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
            file.read(bytes);
            return bytes.array();
        }
    }

    private List<String> reasons() {
        return library.catalogue().orElseThrow().refused().stream()
                .map(refused -> refused.name() + ": " + refused.reason())
                .toList();
    }

    @Test
    void theFolderIsCreated() {
        poll();
        assertThat(folder).isDirectory();
        assertThat(library.catalogue().orElseThrow().toString()).isEqualTo("{\"models\":[],\"refused\":[]}");
    }

    @Test
    void aModelComesChangesAndGoes() throws IOException {
        write("a.gltf", GOOD);
        poll();
        assertThat(served()).containsExactly("a.gltf");
        assertThat(content("a.gltf")).isEqualTo(GOOD);
        byte[] other = Models.text(Models.withCamera("lens", 2));
        write("a.gltf", other);
        poll();
        assertThat(content("a.gltf")).isEqualTo(other);
        assertThat(library.catalogue().orElseThrow().models().get(0).cameras()).containsOnlyKeys("a.lens");
        Files.delete(folder.resolve("a.gltf"));
        poll();
        assertThat(served()).isEmpty();
        try (Stream<Path> left = Files.list(temp.resolve("store"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void whatWasTheModelGoesOnBeingServedWhenAChangeIsRefused() throws IOException {
        write("a.gltf", GOOD);
        poll();
        write("a.gltf", BAD);
        poll();
        assertThat(content("a.gltf")).isEqualTo(GOOD);
        assertThat(reasons())
                .containsExactly("a.gltf: asset.version must be 2.x, not \"1.0\"; the one before it is still served");
        write("a.gltf", GOOD);
        poll();
        assertThat(reasons()).isEmpty();
    }

    @Test
    void aRefusedModelIsNotServed() throws IOException {
        write("a.gltf", BAD);
        poll();
        assertThat(served()).isEmpty();
        assertThat(reasons()).containsExactly("a.gltf: asset.version must be 2.x, not \"1.0\"");
    }

    @Test
    void aFileThatIsBeingWrittenIsLookedAtAgain() throws IOException {
        Path file = write("a.gltf", GOOD);
        Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis() + 3_600_000));
        poll();
        assertThat(served()).isEmpty();
        assertThat(reasons()).isEmpty();
        Files.write(file, BAD);
        Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis() + 3_600_001));
        poll();
        assertThat(reasons()).isEmpty();
        poll();
        assertThat(reasons()).hasSize(1);
    }

    @Test
    void whatAModelRefersToIsServedWithItAndNothingElse() throws IOException {
        write("robot/robot.gltf", referring("arm.bin"));
        write("robot/arm.bin", new byte[36]);
        write("robot/other.bin", new byte[36]);
        write("robot/readme.txt", new byte[36]);
        poll();
        assertThat(served()).containsExactly("robot/arm.bin", "robot/robot.gltf");
    }

    private static byte[] referring(String file) {
        var model = Models.triangle();
        ((ObjectNode) model.at("/buffers/0")).put("uri", file);
        return Models.text(model);
    }

    @Test
    void aModelIsCheckedAgainWhenAFileChangesThatItRefersTo() throws IOException {
        write("a.gltf", referring("a.bin"));
        poll();
        assertThat(reasons()).containsExactly("a.gltf: buffers[0].uri: there is no file \"a.bin\"");
        write("a.bin", new byte[36]);
        poll();
        assertThat(served()).containsExactly("a.bin", "a.gltf");
        write("a.bin", new byte[35]);
        poll();
        assertThat(content("a.bin")).hasSize(36);
        assertThat(reasons()).singleElement().asString().contains("must be at most the size of the content (35 bytes)");
        write("a.bin", new byte[40]);
        poll();
        assertThat(content("a.bin")).hasSize(40);
    }

    @Test
    void aModelWaitsForAFileThatIsBeingWritten() throws IOException {
        write("a.gltf", referring("a.bin"));
        Path part = write("a.bin", new byte[36]);
        Files.setLastModifiedTime(part, FileTime.fromMillis(System.currentTimeMillis() + 3_600_000));
        poll();
        assertThat(served()).isEmpty();
        assertThat(reasons()).isEmpty();
        poll();
        assertThat(served()).containsExactly("a.bin", "a.gltf");
    }

    @Test
    void noWayLeadsOutOfTheFolder() throws IOException {
        Path outside = Files.createDirectories(temp.resolve("outside"));
        Files.write(outside.resolve("secret.gltf"), GOOD);
        Files.write(outside.resolve("secret.bin"), new byte[36]);
        write("up.gltf", referring("../outside/secret.bin"));
        write("absolute.gltf", referring(outside.resolve("secret.bin").toString()));
        write("linked.gltf", referring("link.bin"));
        write("below.gltf", referring("inside/secret.bin"));
        write(".hidden.gltf", GOOD);
        write(".hidden/a.gltf", GOOD);
        Files.createSymbolicLink(folder.resolve("link.gltf"), outside.resolve("secret.gltf"));
        Files.createSymbolicLink(folder.resolve("link.bin"), outside.resolve("secret.bin"));
        Files.createSymbolicLink(folder.resolve("inside"), outside);
        poll();
        assertThat(served()).isEmpty();
        assertThat(reasons())
                .contains(
                        "link.gltf: links are not followed",
                        "link.bin: links are not followed",
                        "inside: links are not followed")
                .anyMatch(reason -> reason.startsWith("up.gltf: "))
                .anyMatch(reason -> reason.startsWith("absolute.gltf: "))
                .anyMatch(reason -> reason.startsWith("linked.gltf: "))
                .anyMatch(reason -> reason.startsWith("below.gltf: "))
                .hasSize(7);
    }

    @Test
    void aLinkThatTookTheFilesPlaceSinceItWasListedIsNotFollowed() throws IOException {
        Path outside = Files.createDirectories(temp.resolve("outside"));
        Files.write(outside.resolve("a.gltf"), GOOD);
        write("a.gltf", GOOD);
        write("below/a.gltf", GOOD);
        FolderPlace place = new FolderPlace(folder);
        Files.delete(folder.resolve("a.gltf"));
        Files.createSymbolicLink(folder.resolve("a.gltf"), outside.resolve("a.gltf"));
        Files.delete(folder.resolve("below/a.gltf"));
        Files.delete(folder.resolve("below"));
        Files.createSymbolicLink(folder.resolve("below"), outside);
        for (String name : List.of("a.gltf", "below/a.gltf")) {
            assertThatThrownBy(() -> place.open(name).close()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aFolderOfHostileModelsEndsWithRefusalsOnly() throws IOException {
        Map<String, byte[]> hostile = HostileModelsTest.files();
        for (Map.Entry<String, byte[]> file : hostile.entrySet()) {
            write(file.getKey(), file.getValue());
        }
        write("good.gltf", GOOD);
        library.poll(settings(1 << 26, 1000, 1 << 28), List.of(new FolderPlace(folder)));
        assertThat(hostile).hasSizeGreaterThan(400);
        assertThat(served()).containsExactly("good.gltf");
        assertThat(library.catalogue().orElseThrow().refused())
                .extracting(Catalogue.Refused::name)
                .containsExactlyInAnyOrderElementsOf(hostile.keySet());
    }

    @Test
    void limitsHold() throws IOException {
        write("a.gltf", GOOD);
        write("b.gltf", GOOD);
        write("c.gltf", Models.text(Models.withCamera("lens", 2)));
        List<Place> places = List.of(new FolderPlace(folder));
        library.poll(settings(1 << 20, 2, 1 << 20), places);
        assertThat(served()).hasSizeLessThanOrEqualTo(2);
        assertThat(reasons()).contains(": it holds more than 2 files; not all are looked at");
        library.poll(settings(GOOD.length, 100, 1 << 20), places);
        assertThat(served()).contains("a.gltf", "b.gltf");
        // both hold the same, and lie in the store once
        library.poll(settings(1 << 20, 100, GOOD.length + 10), places);
        assertThat(reasons())
                .anyMatch(
                        reason -> reason.startsWith("c.gltf: with the files that it refers to it has more bytes than"));
        Files.delete(folder.resolve("a.gltf"));
        Files.delete(folder.resolve("b.gltf"));
        library.poll(settings(1 << 20, 100, 2000), places);
        assertThat(served()).containsExactly("c.gltf");
    }

    private record Source(Map<String, byte[]> content) implements ModelSource {
        @Override
        public Set<String> files() {
            return content.keySet();
        }

        @Override
        public InputStream open(String file) {
            return new ByteArrayInputStream(content.get(file));
        }
    }

    private static SourcePlace source(String name, long generation, Map<String, byte[]> content) {
        return new SourcePlace(name, name.hashCode(), 0, generation, new Source(content));
    }

    @Test
    void aBundlesModelsComeChangeWithItsServiceAndGo() throws IOException {
        poll(source("bundle", 1, Map.of("a.gltf", GOOD)));
        assertThat(served()).containsExactly("a.gltf");
        byte[] other = Models.text(Models.withCamera("lens", 2));
        poll(source("bundle", 1, Map.of("a.gltf", other)));
        assertThat(content("a.gltf")).isEqualTo(GOOD);
        poll(source("bundle", 2, Map.of("a.gltf", other)));
        assertThat(content("a.gltf")).isEqualTo(other);
        poll();
        assertThat(served()).isEmpty();
    }

    @Test
    void aFileInTheFolderGoesBeforeOneOfABundle() throws IOException {
        byte[] other = Models.text(Models.withCamera("lens", 2));
        SourcePlace bundle = source("bundle", 1, Map.of("a.gltf", other));
        write("a.gltf", GOOD);
        poll(bundle);
        assertThat(content("a.gltf")).isEqualTo(GOOD);
        Files.delete(folder.resolve("a.gltf"));
        poll(bundle);
        assertThat(content("a.gltf")).isEqualTo(other);
    }

    @Test
    void twoModelsNeverShareAFileThatIsNotTheSame() throws IOException {
        write("a.gltf", referring("a.bin"));
        write("a.bin", new byte[36]);
        poll(source("bundle", 1, Map.of("b.gltf", referring("a.bin"), "a.bin", new byte[40])));
        assertThat(served()).containsExactly("a.bin", "a.gltf");
        assertThat(reasons()).containsExactly("b.gltf: its file a.bin is another one's with other content");
    }

    @Test
    void aBundleThatFailsHarmsNobodyElse() throws IOException {
        write("a.gltf", GOOD);
        poll(
                new SourcePlace("bad", 7, 0, 1, new ModelSource() {
                    @Override
                    public Set<String> files() {
                        throw new IllegalStateException("gone");
                    }

                    @Override
                    public InputStream open(String file) throws IOException {
                        throw new IOException(file);
                    }
                }),
                source("odd", 2, Map.of("../a.gltf", GOOD, "x.exe", GOOD)));
        assertThat(served()).containsExactly("a.gltf");
        assertThat(reasons()).hasSize(3).anyMatch(reason -> reason.contains("IllegalStateException gone"));
    }

    @Test
    void theIndexTellsWhatAPageNeeds() throws IOException {
        write("sub/with camera.gltf", Models.text(Models.withCamera("front lens", 2)));
        poll();
        assertThat(library.catalogue().orElseThrow().toString())
                .contains(
                        "\"name\":\"sub/with camera.gltf\"",
                        "\"uri\":\"models/sub/with%20camera.gltf\"",
                        "\"type\":\"model/gltf+json\"",
                        "\"source\":\"folder\"",
                        "\"cameras\":[\"sub/with_camera.front_lens\"]",
                        "\"bounds\":{\"min\":[0.0,0.0,0.0],\"max\":[1.0,1.0,0.0]}");
    }
}
