package org.geometryos.compositor.cluster.nats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.testkit.FakeClock;
import org.junit.jupiter.api.Test;

class StreamsTest {
    private final FakeClock clock = new FakeClock();
    private final FakeEngine engine = new FakeEngine();
    private final Streams streams = new Streams("wall", clock);
    private final Streams others = new Streams("wall", clock);

    private void put(String stream, int count) {
        for (int i = 0; i < count; i++) {
            engine.publish(stream, new byte[1]);
        }
    }

    private void pass(Streams of, String epoch, long highest, long seconds) throws IOException {
        for (long past = 0; past < seconds; past++) {
            clock.pass(TimeUnit.SECONDS.toNanos(1));
            of.look(engine, epoch, highest);
        }
    }

    @Test
    void theFirstStreamIsMadeAndAllFindIt() throws IOException {
        Streams.Found found = streams.look(engine, "", 0);
        assertThat(found.stream()).isEqualTo("wall-1");
        assertThat(others.look(engine, "", 0)).isEqualTo(found);
    }

    @Test
    void somebodyElsesStreamsDoNotCount() throws IOException {
        engine.make("wall-east");
        assertThat(streams.look(engine, "", 0).stream()).isEqualTo("wall-1");
    }

    @Test
    void aStreamThatLostNumbersIsFollowedByTheNext() throws IOException {
        Streams.Found found = streams.look(engine, "", 0);
        put(found.stream(), 10);
        engine.loses(found.stream(), 3);
        pass(streams, found.epoch(), 10, 10);
        assertThat(streams.look(engine, found.epoch(), 10))
                .as("a server may be behind")
                .isEqualTo(found);
        pass(streams, found.epoch(), 10, 10);
        Streams.Found next = streams.look(engine, found.epoch(), 10);
        assertThat(next.stream()).isEqualTo("wall-2");
        assertThat(next.epoch()).isNotEqualTo(found.epoch());
        assertThat(others.look(engine, found.epoch(), 7)).isEqualTo(next);
        assertThat(engine.streams("wall-")).as("nothing is deleted").contains("wall-1");
    }

    @Test
    void aStreamThatCatchesUpStays() throws IOException {
        Streams.Found found = streams.look(engine, "", 0);
        put(found.stream(), 7);
        pass(streams, found.epoch(), 10, 10);
        put(found.stream(), 3);
        pass(streams, found.epoch(), 10, 10);
        engine.loses(found.stream(), 1);
        pass(streams, found.epoch(), 10, 10);
        assertThat(streams.look(engine, found.epoch(), 10)).isEqualTo(found);
    }

    @Test
    void oneThatWasDeletedIsMadeAnewAndIsAnotherEpoch() throws IOException {
        Streams.Found found = streams.look(engine, "", 0);
        engine.delete(found.stream());
        Streams.Found next = streams.look(engine, found.epoch(), 5);
        assertThat(next.stream()).isEqualTo("wall-1");
        assertThat(next.epoch()).isNotEqualTo(found.epoch());
    }
}
