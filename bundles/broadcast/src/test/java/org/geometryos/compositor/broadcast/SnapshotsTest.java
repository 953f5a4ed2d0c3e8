package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnapshotsTest {
    private final FakeJournal journal = new FakeJournal("first");
    private final JournalState state = new JournalState();
    private final Snapshots snapshots = new Snapshots(state, new FakeClock());
    private final CodecRef codec = new CodecRef(Codecs.json(), 1);

    @BeforeEach
    void fill() {
        journal.view("a", 1).view("b", 2).control("a", "ann").joined("wall").transaction("m-1", null);
        state.follow(journal);
    }

    private byte[] encode(Subscription wanted, Subscription had) {
        return snapshots.encode(codec, wanted, had, had.none());
    }

    private ServerMessage.Snapshot snapshot(Subscription wanted, Subscription had) throws Exception {
        return (ServerMessage.Snapshot) Codecs.json().decodeServer(ByteBuffer.wrap(encode(wanted, had)));
    }

    @Test
    void itHoldsWhatIsWantedAndWasNotHadBefore() throws Exception {
        ServerMessage.Snapshot first = snapshot(Stage.scene(Stage.latest("a")), Subscription.NONE);
        assertThat(first.all()).isTrue();
        assertThat(first.seq()).isEqualTo(journal.head());
        assertThat(first.cameras()).extracting(c -> c.state().camera()).containsExactly("a");
        assertThat(first.control()).hasSize(1);
        assertThat(first.scene()).isPresent();
        assertThat(first.displays()).isEmpty();

        ServerMessage.Snapshot next = snapshot(Stage.scene(Stage.latest()), Stage.scene(Stage.latest("a")));
        assertThat(next.all()).isFalse();
        assertThat(next.cameras()).extracting(c -> c.state().camera()).containsExactly("b");
        assertThat(next.control()).isEmpty();
        assertThat(next.scene()).isEmpty();
    }

    @Test
    void displaysComeWithPresenceAlone() throws Exception {
        assertThat(snapshot(Stage.presence(true), Subscription.NONE).displays())
                .hasValueSatisfying(displays -> assertThat(displays).hasSize(1));
        assertThat(snapshot(Stage.presence(true), Stage.presence(false)).displays())
                .isEmpty();
    }

    @Test
    void thoseWhoAskForTheSameGetTheSameBytes() {
        byte[] first = encode(Stage.latest("a"), Subscription.NONE);
        assertThat(encode(Stage.latest("a"), Subscription.NONE)).isSameAs(first);
        // how it is delivered makes no difference to it
        assertThat(encode(Stage.every("a"), Subscription.NONE)).isSameAs(first);
        assertThat(encode(Stage.rate(2, "a"), Subscription.NONE)).isSameAs(first);
        assertThat(encode(Stage.latest("b"), Subscription.NONE)).isNotSameAs(first);
    }

    @Test
    void anotherPositionOrCodecIsEncodedAnew() {
        byte[] first = encode(Stage.latest("a"), Subscription.NONE);
        assertThat(snapshots.encode(new CodecRef(Codecs.json(), 2), Stage.latest("a"), Subscription.NONE, true))
                .isNotSameAs(first);
        first = encode(Stage.latest("a"), Subscription.NONE);
        journal.view("z", 3);
        state.take(journal.read(state.position(), 10), entry -> {});
        assertThat(encode(Stage.latest("a"), Subscription.NONE)).isNotSameAs(first);
        first = encode(Stage.latest("a"), Subscription.NONE);
        snapshots.forget();
        assertThat(encode(Stage.latest("a"), Subscription.NONE)).isNotSameAs(first);
    }
}
