package org.geometryos.compositor.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Page;
import org.geometryos.compositor.api.journal.Snapshot;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.value.Quaternion;
import org.junit.jupiter.api.Test;

class RingJournalTest {
    private static final long SMALL = RingJournal.Limits.MIN;
    private final AtomicInteger woken = new AtomicInteger();
    private final RingJournal journal = new RingJournal(new RingJournal.Limits(SMALL, SMALL), woken::incrementAndGet);

    private static Change view(String camera, double x) {
        return new Change.CameraChanged(new CameraState(camera, new View2d(x, 0, 1, 0), 1, 1, OptionalLong.empty(), Optional.empty(),
                "test", Optional.empty(), false));
    }

    private static Change held(String camera) {
        return new Change.ControlChanged(new ControlState(camera, Optional.of("somebody"), Optional.empty(), 0));
    }

    private static Change.SceneChanged transaction(String camera, SceneOp... ops) {
        return new Change.SceneChanged(List.of(ops), Optional.empty(), Optional.ofNullable(camera).flatMap(name -> view(name, 5).view()),
                new Scene(1, List.of(), List.of()));
    }

    @Test
    void aTransactionIsTheNewestOfItsCameraAndOfTheScene() {
        journal.append(view("a", 1));
        assertThat(journal.scene()).isEmpty();
        journal.append(transaction("a"));
        journal.append(transaction("b"));
        journal.append(transaction(null));
        assertThat(journal.camera("a")).hasValueSatisfying(entry -> assertThat(entry.seq()).isEqualTo(2));
        assertThat(journal.cameras()).isEqualTo(2);
        Snapshot snapshot = journal.snapshot();
        assertThat(snapshot.scene()).isEqualTo(journal.scene()).hasValueSatisfying(entry -> assertThat(entry.seq()).isEqualTo(4));
        assertThat(snapshot.cameras().get("b").change().view()).hasValueSatisfying(state -> assertThat(state.camera()).isEqualTo("b"));
        journal.append(new Change.CameraRemoved("b"));
        assertThat(journal.camera("b")).isEmpty();
    }

    @Test
    void aStormOfViewsPushesNoTransactionOut() {
        journal.append(transaction("a"));
        for (int i = 0; i < 1_000; i++) {
            journal.append(view("a", i));
        }
        assertThat(journal.holdsAll(0)).isFalse();
        assertThat(seqs(journal.readOrdered(0, 10))).containsExactly(1L);
    }

    @Test
    void transactionsTakeRoomByWhatTheySay() {
        SceneOp put = new SceneOp.Put(new Model("m", "m.glb", Model.ORIGIN, Quaternion.IDENTITY, Model.UNSCALED, true, Optional.of("x".repeat(256)), Optional.empty()));
        for (int i = 0; i < 40; i++) {
            journal.append(transaction(null, put));
        }
        assertThat(journal.holds(0, Set.of())).isFalse();
        assertThat(journal.readOrdered(0, 100).entries()).hasSizeBetween(5, 30);
    }

    private static List<Long> seqs(Page page) {
        return page.entries().stream().map(Entry::seq).toList();
    }

    @Test
    void numbersAscendWithoutHolesAndEachAppendWakesTheListeners() {
        assertThat(journal.append(view("a", 1))).isEqualTo(1);
        assertThat(journal.append(held("a"))).isEqualTo(2);
        assertThat(journal.append(view("b", 1))).isEqualTo(3);
        assertThat(journal.head()).isEqualTo(3);
        assertThat(woken).hasValue(3);
        assertThat(seqs(journal.read(0, 10))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void pageSaysUpToWhereItIsComplete() {
        for (int i = 0; i < 10; i++) {
            journal.append(i % 2 == 0 ? view("a", i) : held("a" + i));
        }
        Page first = journal.read(0, 4);
        assertThat(seqs(first)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(first.to()).isEqualTo(4);
        Page rest = journal.read(first.to(), 100);
        assertThat(rest.entries()).hasSize(6);
        assertThat(rest.to()).isEqualTo(10);
        assertThat(journal.read(10, 5)).isEqualTo(new Page(List.of(), 10, 0));
        assertThat(seqs(journal.readOrdered(0, 3))).containsExactly(2L, 4L, 6L);
        assertThat(journal.readOrdered(0, 3).to()).isEqualTo(6);
        assertThat(journal.readOrdered(8, 3).to()).isEqualTo(10);
    }

    @Test
    void snapshotHoldsTheNewestOfEachCameraAndTheHolders() {
        journal.append(view("a", 1));
        journal.append(view("a", 2));
        journal.append(held("a"));
        journal.append(view("b", 1));
        journal.append(new Change.CameraRemoved("b"));
        Snapshot snapshot = journal.snapshot();
        assertThat(snapshot.seq()).isEqualTo(5);
        assertThat(snapshot.cameras().keySet()).containsExactly("a");
        assertThat(snapshot.cameras().get("a").seq()).isEqualTo(2);
        assertThat(snapshot.control().keySet()).containsExactly("a");
        journal.append(new Change.ControlChanged(ControlState.free("a")));
        assertThat(journal.control("a")).isEmpty();
        assertThat(snapshot.control()).as("a snapshot does not change").hasSize(1);
    }

    @Test
    void conditionIsAskedInTheSameStep() {
        assertThat(journal.appendIf(j -> j.camera("a").isEmpty(), view("a", 1))).hasValue(1);
        assertThat(journal.appendIf(j -> j.camera("a").isEmpty(), view("a", 2))).isEmpty();
        assertThat(journal.head()).isEqualTo(1);
    }

    @Test
    void viewsOfCamerasNeverPushOutWhatIsOrdered() {
        journal.append(held("first"));
        for (int i = 0; i < 10_000; i++) {
            journal.append(view("a", i));
        }
        assertThat(seqs(journal.readOrdered(0, 10))).containsExactly(1L);
        assertThat(journal.holds(0, Set.of())).isTrue();
        assertThat(journal.holdsAll(0)).isFalse();
        assertThat(journal.read(0, 10).gone()).isPositive();
    }

    @Test
    void oneCameraIsNotLostBecauseAnotherMovesMore() {
        journal.append(view("quiet", 1));
        long after = journal.head();
        for (int i = 0; i < 10_000; i++) {
            journal.append(view("busy", i));
        }
        assertThat(journal.holds(after, Set.of("quiet"))).isTrue();
        assertThat(journal.holds(after, Set.of("busy"))).isFalse();
        assertThat(journal.holds(0, Set.of("quiet"))).isFalse();
        assertThat(journal.camera("quiet")).as("the newest state stays").isPresent();
        assertThat(journal.holds(0, Set.of("unknown"))).isTrue();
    }

    @Test
    void ringsStayWithinTheirBytesAndShrinkWithThem() {
        for (int i = 0; i < 1000; i++) {
            journal.append(view("a", i));
        }
        int before = journal.read(0, 10_000).entries().size();
        assertThat(before).isBetween(10, 200);
        journal.limits(new RingJournal.Limits(4 * SMALL, SMALL));
        for (int i = 0; i < 1000; i++) {
            journal.append(view("a", i));
        }
        assertThat(journal.read(0, 10_000).entries().size()).isBetween(3 * before, 5 * before);
        journal.limits(new RingJournal.Limits(SMALL, SMALL));
        assertThat(journal.read(0, 10_000).entries()).hasSize(before);
        assertThatThrownBy(() -> RingJournal.Limits.of(new Bytes(1, SMALL))).hasMessage("cameraBytes must be 0 or lie in [65536, 4294967296], not 1");
    }

    @SuppressWarnings("ClassExplicitlyAnnotation")
    private record Bytes(long cameraBytes, long orderedBytes) implements JournalConfig {
        @Override
        public Class<? extends java.lang.annotation.Annotation> annotationType() {
            return JournalConfig.class;
        }
    }

    @Test
    void removedCameraCanComeBack() {
        journal.append(view("a", 1));
        journal.append(new Change.CameraRemoved("a"));
        assertThat(journal.cameras()).isZero();
        journal.append(view("a", 2));
        assertThat(journal.cameras()).isEqualTo(1);
        assertThat(journal.camera("a")).map(Entry::seq).hasValue(3L);
    }

    @Test
    void entryIsEncodedOncePerCodecAndGeneration() {
        journal.append(view("a", 1));
        Entry entry = journal.camera("a").orElseThrow();
        byte[] first = entry.encoded("json", 1, () -> new byte[] {1});
        assertThat(entry.encoded("json", 1, () -> new byte[] {2})).isSameAs(first);
        assertThat(entry.encoded("cbor", 7, () -> new byte[] {3})).containsExactly(3);
        assertThat(entry.encoded("json", 1, () -> new byte[] {4})).isSameAs(first);
        assertThat(entry.encoded("json", 2, () -> new byte[] {5})).as("a new generation").containsExactly(5);
        assertThat(entry.encoded("cbor", 7, () -> new byte[] {6})).containsExactly(3);
    }

    @Test
    void everyoneReadsTheSameSequenceWhileManyAppend() throws Exception {
        int writers = 4;
        int each = 2000;
        CountDownLatch done = new CountDownLatch(writers);
        RingJournal large = new RingJournal(new RingJournal.Limits(1 << 26, 1 << 26), () -> { });
        for (int w = 0; w < writers; w++) {
            String camera = "c" + w;
            new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    large.append(i % 10 == 0 ? held(camera) : view(camera, i));
                }
                done.countDown();
            }).start();
        }
        List<Long> read = new ArrayList<>();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        for (long at = 0; at < (long) writers * each && System.nanoTime() < deadline;) {
            Page page = large.read(at, 64);
            read.addAll(seqs(page));
            at = page.to();
        }
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(read).hasSize(writers * each);
        for (int i = 0; i < read.size(); i++) {
            assertThat(read.get(i)).isEqualTo(i + 1L);
        }
    }

    @Test
    void aDisplayIsThereUntilItLeaves() {
        RingJournal journal = new RingJournal(new RingJournal.Limits(1 << 20, 1 << 20), () -> {});
        long joined = journal.append(presence(Presence.Action.JOINED));
        assertThat(journal.display("s-1")).hasValueSatisfying(entry -> assertThat(entry.seq()).isEqualTo(joined));
        long changed = journal.append(presence(Presence.Action.CHANGED));
        assertThat(journal.snapshot().displays()).containsOnlyKeys("s-1").hasEntrySatisfying("s-1", entry -> assertThat(entry.seq()).isEqualTo(changed));
        journal.append(presence(Presence.Action.LEFT));
        assertThat(journal.display("s-1")).isEmpty();
        assertThat(journal.snapshot().displays()).isEmpty();
        assertThat(journal.readOrdered(0, 10).entries()).extracting(Entry::seq).containsExactly(1L, 2L, 3L);
    }

    private static Change presence(Presence.Action action) {
        return new Change.PresenceChanged(new Presence(action, "wall", "s-1", "ann", action != Presence.Action.LEFT, DisplaySettings.EMPTY, Optional.empty()));
    }
}
