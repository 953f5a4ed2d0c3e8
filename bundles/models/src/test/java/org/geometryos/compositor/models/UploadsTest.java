package org.geometryos.compositor.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.geometryos.compositor.models.Uploads.RefusedUploadException;
import org.geometryos.compositor.models.gltf.Models;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadsTest {
    private static final byte[] GOOD = glb(Models.triangle());
    private static final byte[] OTHER = glb(Models.withCamera("lens", 2));

    @TempDir
    private Path temp;

    private Path folder;
    private Settings settings;
    private ModelLibrary library;
    private long free = -1;
    private Uploads uploads;

    private static byte[] glb(ObjectNode json) {
        return Models.glb(Models.text(json), new byte[0]);
    }

    @BeforeEach
    void begin() throws IOException {
        folder = temp.resolve("models");
        settings = new Settings(folder, false, 1 << 20, 10, 1 << 21);
        library = new ModelLibrary(new ContentStore(temp.resolve("store")));
        look();
        uploads = new Uploads(() -> settings, () -> library.catalogue(), this::look, () -> free);
    }

    private void look() {
        library.poll(settings, List.of(new FolderPlace(folder)));
    }

    private Uploads.Taken take(String name, byte[] content) throws RefusedUploadException, IOException {
        return uploads.take(name, new ByteArrayInputStream(content), content.length, false);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void refused(int status, String reason, String name, byte[] content) throws IOException {
        List<String> before = files();
        assertThatThrownBy(() -> take(name, content))
                .isInstanceOfSatisfying(
                        RefusedUploadException.class,
                        e -> assertThat(e.status()).isEqualTo(status))
                .hasMessageContaining(reason);
        assertThat(files()).as("nothing is left of it").isEqualTo(before);
    }

    @Test
    void aModelIsStoredAndServedAtOnce() throws Exception {
        Uploads.Taken taken = take("Gear one.glb", GOOD);
        assertThat(taken.made()).isTrue();
        assertThat(taken.model().orElseThrow().source()).isEqualTo("folder");
        assertThat(Files.readAllBytes(folder.resolve("Gear one.glb"))).isEqualTo(GOOD);
        assertThat(files()).containsExactly("Gear one.glb");
    }

    @Test
    void theSameAgainIsNoMistakeAndAnotherOfThatNameIs() throws Exception {
        take("gear.glb", GOOD);
        assertThat(take("gear.glb", GOOD).made()).isFalse();
        refused(409, "another model gear.glb already", "gear.glb", OTHER);
        assertThat(uploads.take("gear.glb", new ByteArrayInputStream(OTHER), OTHER.length, true)
                        .made())
                .isTrue();
        assertThat(Files.readAllBytes(folder.resolve("gear.glb"))).isEqualTo(OTHER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b.glb", "deep/down/c.glb"})
    void aPathInTheNameIsRefused(String name) throws Exception {
        refused(400, "its name must have no /", name, GOOD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gear.gltf", "gear.bin", "gear.png", "gear.jar", "glb", "gear.glb.html"})
    void onlyGlbFilesAreTaken(String name) throws Exception {
        refused(415, "only .glb files are taken", name, GOOD);
    }

    @Test
    void whatIsNoModelIsRefusedAsInTheFolder() throws Exception {
        refused(422, "a GLB file must begin with glTF", "zip.glb", new byte[100]);
        refused(422, "a GLB file must have at least 20 bytes, not 0", "empty.glb", new byte[0]);
        byte[] cut = GOOD.clone();
        cut[8]++;
        refused(422, "the length in the header", "cut.glb", cut);
        ObjectNode old = Models.triangle();
        old.withObject("/asset").put("version", "1.0");
        refused(422, "asset.version must be 2.x", "old.glb", glb(old));
        ObjectNode needs = Models.triangle();
        ((ObjectNode) needs.withArray("/buffers").get(0)).put("uri", "../../secret.bin");
        refused(422, "", "needs.glb", glb(needs));
        ((ObjectNode) needs.withArray("/buffers").get(0)).put("uri", "beside.bin");
        refused(422, "must hold all that it needs; it refers to the file \"beside.bin\"", "needs.glb", glb(needs));
    }

    @Test
    void eachModelAndAllTogetherAreBounded() throws Exception {
        refused(413, "at most maxModelBytes (1048576) bytes, not 1048577", "large.glb", new byte[(1 << 20) + 1]);
        Files.write(folder.resolve("there.bin"), new byte[(1 << 21) - 100]);
        refused(413, "at most maxTotalBytes (2097152) bytes; there are 2097052", "gear.glb", GOOD);
        Files.delete(folder.resolve("there.bin"));
        for (int i = 0; i < 10; i++) {
            Files.write(folder.resolve(i + ".bin"), new byte[1]);
        }
        refused(413, "at most maxFiles (10) files", "gear.glb", GOOD);
    }

    @Test
    void aFullDiskIsToldBeforeAnythingIsWritten() throws Exception {
        free = Uploads.SPARE;
        refused(507, "the disk is nearly full: " + Uploads.SPARE + " bytes are free", "gear.glb", GOOD);
        free = Uploads.SPARE + 2L * GOOD.length;
        take("gear.glb", GOOD);
    }

    @Test
    void aLengthIsNeededAndHasToBeTrue() throws Exception {
        assertThatThrownBy(() -> uploads.take("gear.glb", new ByteArrayInputStream(GOOD), -1, false))
                .hasMessageContaining("the length of a model must be known");
        assertThatThrownBy(() -> uploads.take("gear.glb", new ByteArrayInputStream(GOOD), GOOD.length + 1L, false))
                .hasMessage("the model ends after " + GOOD.length + " of " + (GOOD.length + 1) + " bytes");
        assertThat(files()).isEmpty();
    }

    @Test
    void aHostThatTakesNoneSaysSo() throws Exception {
        settings = new Settings(folder, false, 1 << 20, 10, 1 << 21, false);
        refused(403, "uploads = false", "gear.glb", GOOD);
    }

    @Test
    void aLostSenderAndAnEarlierRunLeaveNothing() throws Exception {
        assertThatThrownBy(() -> uploads.take("gear.glb", new Broken(), 1000, false))
                .hasMessage("it is gone");
        assertThat(files()).isEmpty();
        Files.write(folder.resolve(".upload-7"), GOOD);
        uploads.tidy();
        assertThat(files()).isEmpty();
    }

    private static final class Broken extends InputStream {
        private int left = 100;

        @Override
        public int read() throws IOException {
            if (left-- > 0) {
                return 0;
            }
            throw new IOException("it is gone");
        }

        @Override
        public int read(byte[] block, int from, int length) throws IOException {
            block[from] = (byte) read();
            return 1;
        }
    }

    /** Comes to no end before its thread is interrupted. */
    private static final class Waiting extends InputStream {
        final CountDownLatch asked = new CountDownLatch(1);

        @Override
        public int read() throws IOException {
            asked.countDown();
            try {
                new CountDownLatch(1).await();
                return 0;
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            }
        }
    }

    @Test
    void aFewAreReceivedAtATimeAndTheEndOfTheBundleEndsThem() throws Exception {
        Waiting[] senders = new Waiting[Uploads.MAX_AT_A_TIME];
        Thread[] threads = new Thread[senders.length];
        AtomicReference<Exception> problem = new AtomicReference<>();
        for (int i = 0; i < senders.length; i++) {
            Waiting sender = new Waiting();
            String name = i + ".glb";
            senders[i] = sender;
            threads[i] = new Thread(() -> {
                try {
                    uploads.take(name, sender, 1000, false);
                } catch (RefusedUploadException | IOException e) {
                    problem.set(e);
                }
            });
            threads[i].start();
            assertThat(sender.asked.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThatThrownBy(() -> take("one-more.glb", GOOD))
                .isInstanceOfSatisfying(
                        RefusedUploadException.class,
                        e -> assertThat(e.status()).isEqualTo(503));
        assertThat(uploads.letGo(new ByteArrayInputStream(GOOD))).isFalse();
        uploads.close();
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(30));
            assertThat(thread.isAlive()).isFalse();
        }
        assertThat(Optional.ofNullable(problem.get())).isPresent();
        assertThat(files()).isEmpty();
    }

    @Test
    void aNameIsDecodedOnceAndKeepsItsLetters() {
        String name = "Zahnrad \u00e4\u00f6 " + Base64.getUrlEncoder().encodeToString(new byte[3]) + ".glb";
        assertThat(ModelNames.decode(ModelNames.encode(name))).contains(name);
        for (String wrong : List.of("..%2Fsecret.glb", "%2e%2e.glb", ".hidden.glb", "a%5Cb.glb", "", "a%00.glb")) {
            assertThat(ModelNames.decode(wrong)).as(wrong).isEmpty();
        }
    }
}
