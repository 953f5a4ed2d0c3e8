package org.geometryos.compositor.operate;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.connection.Display;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.operate.Troubles.Trouble;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.Transport;
import org.junit.jupiter.api.Test;

class TroublesTest {
    private static final DisplaySettings NO_SETTINGS = DisplaySettings.EMPTY;

    private long seconds = 100;
    private long stuckSince;
    private long receivedAt = TimeUnit.SECONDS.toNanos(100);
    private final Troubles troubles = new Troubles(
            new Part<>("the transport", this::transport),
            () -> TimeUnit.SECONDS.toNanos(seconds),
            () -> micros(seconds));

    private static long micros(long seconds) {
        return TimeUnit.SECONDS.toMicros(seconds);
    }

    private Transport transport() {
        Link link = fake(
                Link.class,
                Map.of(
                        "open",
                        true,
                        "stuckSince",
                        stuckSince,
                        "receivedAt",
                        receivedAt,
                        "attributes",
                        new ConcurrentHashMap<>()));
        return fake(Transport.class, Map.of("link", Optional.of(link)));
    }

    private static <T> T fake(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> answers.get(method.getName())));
    }

    private static Session session(boolean connected, String... cameras) {
        return new Session(
                "s1",
                "left",
                "local",
                "local",
                Role.VIEW,
                "",
                true,
                NO_SETTINGS,
                Subscription.toCameras(cameras),
                connected ? OptionalLong.of(7) : OptionalLong.empty(),
                "",
                0,
                OptionalLong.empty(),
                0,
                0,
                0,
                0,
                0);
    }

    private static Display declared(Optional<Instant> seen) {
        return new Display("left", Optional.empty(), Optional.empty(), false, NO_SETTINGS, true, seen);
    }

    private Optional<Trouble> of(Session session) {
        return troubles.of(session, false, Map.of());
    }

    @Test
    void aLostConnectionIsTroubleSinceItWasLost() {
        troubles.opened(session(true));
        assertThat(of(session(true))).isEmpty();
        troubles.changed(session(false));
        seconds = 160;
        assertThat(of(session(false))).contains(new Trouble("lost", "connection lost", OptionalLong.of(micros(100))));
        assertThat(troubles.of(session(false), true, Map.of()).orElseThrow().kind())
                .isEqualTo("drained");
        troubles.changed(session(true));
        receivedAt = TimeUnit.SECONDS.toNanos(160);
        assertThat(of(session(true))).isEmpty();
    }

    @Test
    void aDisplayThatTakesOrSendsNothingIsInTrouble() {
        stuckSince = TimeUnit.SECONDS.toNanos(95);
        assertThat(of(session(true))).contains(new Trouble("stuck", "takes nothing", OptionalLong.of(micros(95))));
        stuckSince = 0;
        seconds = 111;
        assertThat(of(session(true))).as("a heartbeat and two seconds").isEmpty();
        seconds = 113;
        assertThat(of(session(true))).contains(new Trouble("silent", "answers nothing", OptionalLong.of(micros(100))));
    }

    @Test
    void aCameraThatItsSourceLetDownIsTroubleOfWhoShowsItAlone() {
        Map<String, Troubles.Standstill> still = Map.of("dome", new Troubles.Standstill("source t: no packets", 5));
        assertThat(troubles.of(session(true, "dome"), false, still))
                .contains(new Trouble("still", "old picture: source t: no packets", OptionalLong.of(5)));
        assertThat(troubles.of(session(true, "dome", "tour"), false, still)).isEmpty();
        assertThat(troubles.of(session(true, "tour"), false, still)).isEmpty();
    }

    @Test
    void aDeclaredDisplayThatIsNotHereIsTroubleAndSaysWhyItWent() {
        assertThat(troubles.of(declared(Optional.empty())))
                .contains(new Trouble("away", "was never here", OptionalLong.empty()));
        assertThat(troubles.of(declared(Optional.of(Instant.ofEpochSecond(9)))))
                .contains(new Trouble("away", "not here", OptionalLong.of(micros(9))));
        troubles.closed(session(true), "closed by an operator");
        assertThat(troubles.of(declared(Optional.of(Instant.ofEpochSecond(9)))))
                .contains(new Trouble("away", "not here: closed by an operator", OptionalLong.of(micros(100))));
        troubles.opened(session(true));
        assertThat(troubles.of(declared(Optional.empty())).orElseThrow().text()).isEqualTo("was never here");
    }
}
