package org.geometryos.compositor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.protocol.CloseCode;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeLink;
import org.geometryos.compositor.testkit.FakeTransport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** By itself, with a clock that the test moves. */
class IntakeTest {
    private static final int MALFORMED_PER_MINUTE = 20;

    private final FakeConnections connections = new FakeConnections(new FakeTransport(new FakeClock()));
    private final FakeLink link = connections.link;
    private final Services services = new Services();
    private final Settings settings = new Settings(10, 12, MALFORMED_PER_MINUTE, Origins.of(new String[0]));
    private long now = 1;
    private final Intake intake = new Intake(services, () -> settings, () -> now, () -> 0);

    @BeforeEach
    void greet() {
        services.codecs.put(Codecs.json().subprotocol(), Codecs.json());
        services.connections.set(connections);
        say("{\"type\":\"hello\",\"display\":\"wall\"}");
        connections.calls.clear();
        connections.said.clear();
    }

    private void say(String json) {
        assertThat(intake.message(link, ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)), true))
                .isTrue();
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private ErrorCode error() {
        return ((ServerMessage.Error) link.answer()).code();
    }

    @Test
    void aClientThatAsksTooMuchForTenSecondsIsClosed() {
        link.attributes().put("requests.per.second", 10);
        for (int tick = 0; tick < 198; tick++) {
            say("{\"type\":\"ping\",\"t0\":1}");
            link.clear();
            pass(50);
        }
        assertThat(connections.calls).isEmpty();
        for (int tick = 0; tick < 30 && connections.calls.isEmpty(); tick++) {
            say("{\"type\":\"ping\",\"t0\":1}");
            link.clear();
            pass(50);
        }
        assertThat(connections.calls).first().asString().contains(String.valueOf(CloseCode.TOO_MUCH_ASKED.code()));
    }

    @Test
    void aSecondOfLessIsEnoughToBeginAnew() {
        link.attributes().put("requests.per.second", 10);
        for (int run = 0; run < 5; run++) {
            for (int tick = 0; tick < 100; tick++) {
                say("{\"type\":\"ping\",\"t0\":1}");
                pass(50);
            }
            pass(1_100);
        }
        assertThat(connections.calls).isEmpty();
    }

    @Test
    void whatCannotBeReadIsCountedByTheMinute() {
        for (int minute = 0; minute < 3; minute++) {
            for (int i = 0; i < MALFORMED_PER_MINUTE; i++) {
                say("{");
                assertThat(error()).isEqualTo(ErrorCode.MALFORMED);
            }
            pass(61_000);
        }
        assertThat(connections.calls).isEmpty();
        for (int i = 0; i <= MALFORMED_PER_MINUTE; i++) {
            say("{");
        }
        assertThat(connections.calls).singleElement().asString().contains(String.valueOf(CloseCode.MALFORMED.code()));
    }

    @Test
    void withoutItsCodecAConnectionComesBackLater() {
        services.codecs.clear();
        say("{\"type\":\"ping\",\"t0\":1}");
        assertThat(connections.calls).singleElement().asString().contains(String.valueOf(CloseCode.RESTART.code()));
    }
}
