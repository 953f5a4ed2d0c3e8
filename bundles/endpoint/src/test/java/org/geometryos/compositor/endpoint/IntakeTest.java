package org.geometryos.compositor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.CloseCode;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.Dialect;
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
    void withoutItsCodecAConnectionWaitsForALimitAndComesBackLater() {
        services.codecs.clear();
        say("{\"type\":\"ping\",\"t0\":1}");
        pass(9_000);
        say("{\"type\":\"ping\",\"t0\":1}");
        assertThat(connections.calls).isEmpty();
        assertThat(link.postponements()).isEqualTo(2);
        pass(1_001);
        say("{\"type\":\"ping\",\"t0\":1}");
        assertThat(connections.calls).singleElement().asString().contains(String.valueOf(CloseCode.RESTART.code()));
    }

    /** Says in one word what it is asked to say, and hands on or refuses what it is told. */
    private static final class Parrot implements Dialect {
        private final List<String> heard = new ArrayList<>();

        @Override
        public List<String> subprotocols() {
            return List.of("parrot.v1");
        }

        @Override
        public boolean message(long link, ByteBuffer payload, boolean text, Requests requests) throws DecodeException {
            String said = StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
            heard.add((text ? "text " : "binary ") + said);
            if (said.equals("nonsense")) {
                throw new DecodeException(ErrorCode.MALFORMED, null, null, "that is nonsense");
            }
            return requests.handle(new ClientMessage.Ping(Optional.empty(), 1));
        }

        @Override
        public boolean text() {
            return false;
        }

        @Override
        public Optional<byte[]> say(ServerMessage message) {
            return message instanceof ServerMessage.Error error
                    ? Optional.of(error.message().getBytes(StandardCharsets.UTF_8))
                    : Optional.empty();
        }
    }

    private boolean hear(String said, boolean text) {
        return intake.message(link, ByteBuffer.wrap(said.getBytes(StandardCharsets.UTF_8)), text);
    }

    private List<String> answers() {
        List<String> answers = link.arrivals().stream()
                .map(arrival ->
                        (arrival.text() ? "text " : "binary ") + new String(arrival.payload(), StandardCharsets.UTF_8))
                .toList();
        link.clear();
        return answers;
    }

    @Test
    void aDialectTakesWhatItsClientsSendAndSaysWhatItHasWordsFor() {
        Parrot parrot = new Parrot();
        services.dialects.add(parrot);
        link.attributes().put("codec", "parrot.v1");
        link.clear();
        assertThat(hear("ping", true)).isTrue();
        assertThat(hear("ping", false)).isTrue();
        assertThat(parrot.heard).containsExactly("text ping", "binary ping");
        assertThat(answers()).as("it has no word for a pong").isEmpty();

        link.attributes().put("requests.per.second", 1);
        pass(5_000);
        hear("ping", true);
        hear("ping", true);
        assertThat(answers()).singleElement().asString().contains("more than 1 requests per second");
        assertThat(parrot.heard).hasSize(3);

        link.attributes().put("requests.per.second", 1_000);
        pass(5_000);
        for (int i = 0; i <= MALFORMED_PER_MINUTE; i++) {
            hear("nonsense", true);
        }
        assertThat(answers()).hasSize(MALFORMED_PER_MINUTE + 1).containsOnly("binary that is nonsense");
        assertThat(connections.calls).singleElement().asString().contains(String.valueOf(CloseCode.MALFORMED.code()));
    }

    @Test
    void whatIsSentWhileADialectIsReplacedWaits() {
        link.attributes().put("codec", "parrot.v1");
        link.clear();
        hear("ping", true);
        assertThat(link.postponements()).isEqualTo(1);
        Parrot parrot = new Parrot();
        services.dialects.add(parrot);
        pass(9_999);
        hear("ping", true);
        services.dialects.clear();
        pass(9_999);
        hear("ping", true);
        assertThat(connections.calls).as("the time begins anew").isEmpty();
        assertThat(parrot.heard).hasSize(1);
    }
}
