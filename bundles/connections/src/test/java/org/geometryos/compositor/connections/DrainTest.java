package org.geometryos.compositor.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.connections.House.hello;
import static org.geometryos.compositor.connections.House.resume;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.connection.Level;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Refusal;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeLink;
import org.junit.jupiter.api.Test;

/** Draining, admission and notices. */
class DrainTest {
    private House house = new House();

    private List<FakeLink> opened(int count) {
        List<FakeLink> links = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            FakeLink link = house.link();
            house.open(link, hello("wall-" + i));
            links.add(link);
        }
        return links;
    }

    private static long closed(List<FakeLink> links) {
        return links.stream().filter(link -> link.closedWith() != 0).count();
    }

    private Optional<String> refusal(Optional<String> key, Role role) {
        return house.table.admit("10.0.0.1", key, role, false, true).map(Refusal::reason);
    }

    /** The answer to a question, which takes no place. */
    private Optional<String> full() {
        return house.table
                .admit("10.0.0.1", Optional.empty(), Role.ADMIN, false, false)
                .map(Refusal::reason);
    }

    @Test
    void displaysAreMovedAwayOneAfterTheOtherWithinTheTime() {
        List<FakeLink> links = opened(10);
        FakeLink asker = house.link();
        String session = house.open(asker, hello("console")).session();
        house.table.drain(
                Optional.of(Duration.ofSeconds(10)), Optional.of(Duration.ofMillis(700)), Optional.of(session));
        house.passAlive(3_000);
        assertThat(closed(links)).isEqualTo(3);
        house.passAlive(3_000);
        assertThat(closed(links)).isEqualTo(6);
        house.passAlive(4_000);
        assertThat(links).allSatisfy(link -> {
            assertThat(link.closedWith()).isEqualTo(4503);
            assertThat(link.last(ServerMessage.Goodbye.class).reconnectAfter()).hasValue(700);
        });
        assertThat(asker.open()).isTrue();
        assertThat(house.table.statistics().draining()).isTrue();
    }

    @Test
    void theTimeAndTheReturnAreConfigured() {
        List<FakeLink> links = opened(4);
        house.table.drain(Optional.empty(), Optional.empty(), Optional.empty());
        house.passAlive(5_000);
        assertThat(closed(links)).isEqualTo(2);
        assertThat(links.get(0).last(ServerMessage.Goodbye.class).reconnectAfter())
                .hasValue(1_000);
    }

    @Test
    void atOnceIsAtOnce() {
        List<FakeLink> links = opened(3);
        house.table.drain(Optional.of(Duration.ZERO), Optional.empty(), Optional.empty());
        house.passAlive(100);
        assertThat(closed(links)).isEqualTo(3);
    }

    @Test
    void whileDrainingOnlyAdminsWithAKeyAreTaken() {
        house.table.drain(Optional.empty(), Optional.of(Duration.ofSeconds(7)), Optional.empty());
        assertThat(refusal(Optional.of("stage"), Role.CONTROL))
                .hasValueSatisfying(reason -> assertThat(reason).startsWith("draining"));
        assertThat(refusal(Optional.empty(), Role.ADMIN)).isPresent();
        assertThat(house.table
                        .admit("10.0.0.1", Optional.of("stage"), Role.VIEW, false, false)
                        .orElseThrow()
                        .retryAfter())
                .isEqualTo(Duration.ofSeconds(7));
        assertThat(refusal(Optional.of("ops"), Role.ADMIN)).isEmpty();
        house.table.undrain();
        assertThat(refusal(Optional.of("stage"), Role.CONTROL)).isEmpty();
    }

    @Test
    void whoRunsTheHostGetsInWhileDrainingAlsoWithoutAKey() {
        house.table.drain(Optional.empty(), Optional.empty(), Optional.empty());
        assertThat(house.table.admit("127.0.0.1", Optional.empty(), Role.ADMIN, true, true))
                .isEmpty();
        assertThat(house.table.admit("127.0.0.1", Optional.empty(), Role.ADMIN, false, true))
                .isPresent();
    }

    @Test
    void aFewOperatorsGetInWhereItIsFull() {
        for (Settings full :
                List.of(House.admission(2, 0, 0, 0), House.admission(100, 2, 0, 0), House.admission(100, 0, 2, 0))) {
            house = new House();
            house.table.configure(full);
            house.link();
            house.link();
            assertThat(house.table.admit("127.0.0.1", Optional.empty(), Role.ADMIN, false, true))
                    .isPresent();
            for (int i = 0; i < 8; i++) {
                assertThat(house.table.admit("127.0.0.1", Optional.empty(), Role.ADMIN, true, true))
                        .as("operator %d", i)
                        .isEmpty();
            }
            assertThat(house.table.admit("127.0.0.1", Optional.empty(), Role.ADMIN, true, true))
                    .as("not without end")
                    .isPresent();
        }
    }

    @Test
    void whoWasNotMovedYetStaysWhenDrainingIsCalledOff() {
        List<FakeLink> links = opened(10);
        house.table.drain(Optional.of(Duration.ofSeconds(10)), Optional.empty(), Optional.empty());
        house.passAlive(2_000);
        house.table.undrain();
        house.passAlive(20_000);
        assertThat(closed(links)).isEqualTo(2);
    }

    @Test
    void drainingOutlivesTheTable() {
        List<FakeLink> links = opened(10);
        FakeLink asker = house.link();
        ServerMessage.Welcome welcome = house.open(asker, hello("console"));
        house.table.drain(Optional.of(Duration.ofSeconds(10)), Optional.empty(), Optional.of(welcome.session()));
        house.passAlive(5_000);
        SessionFile.Content content = house.table.content();
        house.table = house.table();
        house.table.restore(content);
        assertThat(refusal(Optional.empty(), Role.ADMIN)).isPresent();
        house.passAlive(5_000);
        assertThat(closed(links)).isEqualTo(10);
        assertThat(asker.open()).isTrue();
    }

    @Test
    void theAskerMayResumeOnAnotherSocket() {
        FakeLink asker = house.link();
        ServerMessage.Welcome welcome = house.open(asker, hello("console"));
        FakeLink next = house.link();
        house.table.drain(Optional.of(Duration.ofSeconds(10)), Optional.empty(), Optional.of(welcome.session()));
        house.open(next, resume("console", welcome.token(), "first", 100));
        house.passAlive(11_000);
        assertThat(next.open()).isTrue();
    }

    // ---- limits

    @Test
    void aConnectionOfTheHostWithItselfTakesNoPlace() {
        house.table.configure(House.admission(1, 0, 0, 0));
        FakeLink own = house.transport.connect(LinkMemory.ofLoopback("compositor.v1.json"));
        assertThat(full()).isEmpty();
        assertThat(house.table.statistics().connections()).isZero();
        own.end(1000, "");
        house.link();
        assertThat(full()).hasValue("full: there are 1 connections");
    }

    @Test
    void oneConnectionMoreThanThereMayBeIsRefused() {
        house.table.configure(House.admission(2, 0, 0, 0));
        house.link();
        assertThat(full()).isEmpty();
        FakeLink second = house.link();
        assertThat(full()).hasValue("full: there are 2 connections");
        second.end(1006, "");
        assertThat(full()).isEmpty();
    }

    @Test
    void soIsOneMoreWithTheSameKey() {
        house.table.configure(House.admission(100, 2, 0, 0));
        house.link("stage", "view", Codecs.json());
        house.link("stage", "view", Codecs.json());
        assertThat(refusal(Optional.of("stage"), Role.VIEW)).hasValue("full: there are 2 connections with this key");
        assertThat(refusal(Optional.of("other"), Role.VIEW)).isEmpty();
    }

    @Test
    void soIsOneMoreFromTheSameAddress() {
        house.table.configure(House.admission(100, 0, 2, 0));
        house.link();
        house.link();
        assertThat(house.table.admit("127.0.0.1", Optional.empty(), Role.ADMIN, false, true))
                .isPresent();
        assertThat(house.table.admit("127.0.0.2", Optional.empty(), Role.ADMIN, false, true))
                .isEmpty();
        Sessions next = house.table();
        next.configure(House.admission(100, 0, 2, 0));
        assertThat(next.admit("127.0.0.1", Optional.empty(), Role.ADMIN, false, true))
                .as("a new table counts those that are there")
                .isPresent();
    }

    @Test
    void whoWasLetInHasItsPlaceBeforeItsLinkIsThere() {
        house.table.configure(House.admission(2, 0, 0, 0));
        assertThat(refusal(Optional.empty(), Role.ADMIN)).isEmpty();
        assertThat(refusal(Optional.empty(), Role.ADMIN)).isEmpty();
        assertThat(refusal(Optional.empty(), Role.ADMIN)).isPresent();
        house.clock.pass(1_100_000_000L);
        assertThat(refusal(Optional.empty(), Role.ADMIN))
                .as("a handshake that came to nothing")
                .isEmpty();
        house.table.configure(House.admission(2, 1, 1, 0));
        house.clock.pass(1_100_000_000L);
        assertThat(house.table.admit("127.0.0.1", Optional.empty(), Role.ADMIN, false, true))
                .isEmpty();
        assertThat(house.table.admit("127.0.0.1", Optional.of("other"), Role.ADMIN, false, true))
                .isPresent();
        assertThat(house.table.admit("127.0.0.2", Optional.empty(), Role.ADMIN, false, true))
                .isPresent();
        FakeLink link = house.link();
        link.end(1006, "");
        assertThat(house.table.admit("127.0.0.1", Optional.empty(), Role.ADMIN, false, true))
                .as("its link came and went")
                .isEmpty();
    }

    @Test
    void handshakesOfAnAddressComeAtALimitedRate() {
        house.table.configure(House.admission(100, 0, 0, 5));
        for (int i = 0; i < 5; i++) {
            assertThat(refusal(Optional.empty(), Role.ADMIN))
                    .as("handshake %d", i)
                    .isEmpty();
        }
        assertThat(refusal(Optional.empty(), Role.ADMIN))
                .hasValue("more than 5 handshakes per second from this address");
        assertThat(house.table.admit("10.0.0.2", Optional.empty(), Role.ADMIN, false, true))
                .isEmpty();
        house.clock.pass(200_000_000L);
        assertThat(refusal(Optional.empty(), Role.ADMIN)).isEmpty();
        assertThat(refusal(Optional.empty(), Role.ADMIN)).isPresent();
    }

    @Test
    void aQuestionIsNotAHandshake() {
        house.table.configure(House.admission(100, 0, 0, 2));
        for (int i = 0; i < 10; i++) {
            assertThat(house.table.admit("10.0.0.1", Optional.empty(), Role.ADMIN, false, false))
                    .isEmpty();
        }
    }

    @Test
    void noMoreSessionsWaitThanThereMayBeConnections() {
        house.table.configure(House.admission(2, 0, 0, 0));
        for (FakeLink link : opened(3)) {
            link.end(1006, "");
        }
        assertThat(house.table.sessions())
                .extracting(session -> session.display())
                .containsExactlyInAnyOrder("wall-1", "wall-2");
        assertThat(house.table.statistics().waiting()).isEqualTo(2);
    }

    @Test
    void refusalsAndClosesAreCounted() {
        house.table.refused("10.0.0.1", 401, "no key");
        house.table.refused("10.0.0.1", 401, "no key");
        house.table.refused("10.0.0.1", 503, "full");
        opened(1).get(0).end(4408, "");
        assertThat(house.table.statistics().refused())
                .containsOnly(java.util.Map.entry(401, 2L), java.util.Map.entry(503, 1L));
        assertThat(house.table.statistics().closed()).containsOnly(java.util.Map.entry(4408, 1L));
    }

    // ---- notices

    @Test
    void aNoticeGoesToOneDisplayOrToAll() {
        List<FakeLink> links = opened(3);
        links.get(2).end(1006, "");
        assertThat(house.table.notice(Optional.of("wall-1"), Level.WARNING, "rehearsal in five minutes"))
                .isEqualTo(1);
        assertThat(house.table.notice(Optional.of("wall-2"), Level.WARNING, "are you there?"))
                .isZero();
        assertThat(house.table.notice(Optional.of("nobody"), Level.WARNING, "are you there?"))
                .isZero();
        assertThat(house.table.notice(Optional.empty(), Level.INFO, "to all")).isEqualTo(2);
        assertThat(links.get(0).last(ServerMessage.Notice.class).text()).isEqualTo("to all");
        assertThat(links.get(1).messages())
                .filteredOn(ServerMessage.Notice.class::isInstance)
                .hasSize(2);
    }
}
