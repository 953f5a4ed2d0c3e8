package org.geometryos.compositor.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.mqtt.PacketReader.Publish;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InboundTest {
    private final Counters counters = new Counters();
    private final Inbound inbound = new Inbound("test", counters);
    private final FakeJournal journal = new FakeJournal("e1");
    private final List<CameraUpdate> pushed = new ArrayList<>();
    private final Settings settings = Settings.of(
            Map.of("url", "mqtt://a", "source", "studio", "in", "rig/+ -> {1}; rig/# -> other"), Codecs.json());
    private Outcome outcome = new Outcome.Accepted(OptionalLong.empty());

    @BeforeEach
    void connect() {
        inbound.setJournal(journal);
        inbound.connected(new CameraSink() {
            @Override
            public Outcome push(CameraUpdate update) {
                pushed.add(update);
                return outcome;
            }

            @Override
            public Outcome remove(String camera) {
                return outcome;
            }
        });
    }

    private static Publish message(String topic, double x, String more, boolean retained, boolean dup) {
        String payload = "{\"view\":{\"kind\":\"2d\",\"center\":[" + x + ",0],\"zoom\":1,\"rotation\":0}" + more + "}";
        return new Publish(Optional.of(topic), payload.getBytes(StandardCharsets.UTF_8), 1, retained, dup, 1, false);
    }

    private void live(double x, String more) {
        inbound.message(message("rig/jib", x, more, false, false), false, settings);
    }

    private void retained(double x, String more) {
        inbound.message(message("rig/jib", x, more, true, false), false, settings);
    }

    private void stands(double x, String source, long time) {
        journal.append(new Change.CameraChanged(new CameraState(
                "jib",
                new View2d(x, 0, 1, 0),
                time,
                time,
                OptionalLong.empty(),
                Optional.empty(),
                source,
                Optional.empty(),
                false)));
    }

    @Test
    void whatComesAgainIsLeftOut() {
        live(1, ",\"time\":10");
        live(1, ",\"time\":10");
        live(2, ",\"time\":9");
        live(3, ",\"sample\":1");
        live(3, ",\"sample\":1");
        live(4, "");
        live(4, "");
        inbound.message(message("rig/jib", 4, "", false, true), false, settings);
        assertThat(pushed.stream().map(update -> ((View2d) update.view()).x())).containsExactly(1.0, 3.0, 4.0, 4.0);
        assertThat(counters.get(Count.DUPLICATE)).isEqualTo(3);
        assertThat(counters.get(Count.OLDER)).isEqualTo(1);
    }

    @Test
    void aClockThatWasSetBackIsNoOldMessage() {
        live(1, ",\"time\":1000000000");
        live(2, ",\"time\":5");
        assertThat(pushed).hasSize(2);
    }

    @Test
    void aRetainedMessageReplacesOnlyWhatItKnowsBetter() {
        stands(1, "somebody", 5);
        retained(2, "");
        assertThat(pushed).isEmpty();
        stands(1, "studio", 50);
        retained(1, "");
        retained(2, ",\"time\":40");
        assertThat(pushed).isEmpty();
        retained(3, ",\"time\":60");
        retained(3, ",\"time\":60");
        assertThat(pushed).hasSize(1);
        assertThat(pushed.get(0).cut()).isTrue();
        assertThat(pushed.get(0).time()).isEmpty();
        assertThat(counters.get(Count.RETAINED_KNOWN)).isEqualTo(4);
    }

    @Test
    void inAFloodTheNewestOfEachTopicCounts() {
        for (int i = 1; i <= 1000; i++) {
            inbound.message(message("rig/a", i, "", false, false), true, settings);
            inbound.message(message("rig/b", i, "", false, false), true, settings);
        }
        inbound.work(settings);
        assertThat(pushed.stream().map(CameraUpdate::camera)).containsExactly("a", "b");
        assertThat(pushed.stream().map(update -> ((View2d) update.view()).x())).containsExactly(1000.0, 1000.0);
        assertThat(counters.get(Count.SUPERSEDED)).isEqualTo(1998);
    }

    @Test
    void theFirstRuleThatMatchesTakesAMessageAndRefusalsAreCounted() {
        inbound.message(message("rig/a/b", 1, "", false, false), false, settings);
        assertThat(pushed.get(0).camera()).isEqualTo("other");
        inbound.message(message("else", 1, "", false, false), false, settings);
        assertThat(counters.get(Count.UNMATCHED)).isEqualTo(1);
        outcome = new Outcome.Refused(Outcome.Reason.HELD, "held");
        live(1, "");
        assertThat(counters.get(Count.HELD)).isEqualTo(1);
    }

    @Test
    void camerasAreBounded() {
        for (int i = 0; i < Inbound.MAX_CAMERAS + 10; i++) {
            inbound.message(message("rig/" + i, 1, "", false, false), false, settings);
        }
        assertThat(pushed).hasSize(Inbound.MAX_CAMERAS);
        assertThat(counters.get(Count.FAULT_CAMERAS)).isEqualTo(10);
        assertThat(inbound.lastFault()).contains("one too many");
    }
}
