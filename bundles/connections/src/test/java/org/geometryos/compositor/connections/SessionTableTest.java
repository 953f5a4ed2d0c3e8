package org.geometryos.compositor.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.geometryos.compositor.api.connection.Delivery;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeLink;
import org.junit.jupiter.api.Test;

/**
 * The table as a whole, whatever happens to it: each session is found everywhere or nowhere, has a link or waits, and
 * the sums add up.
 */
class SessionTableTest {
    private static final int DISPLAYS = 12;

    private final House house = new House();
    private final SessionTable table = house.table.table();
    private final List<FakeLink> links = new ArrayList<>();

    private void holds() {
        synchronized (table.lock) {
            long bytes = 0;
            int waiting = 0;
            int shown = 0;
            for (SessionEntry session : table.all()) {
                assertThat(session.ended).isFalse();
                assertThat(table.get(session.id)).containsSame(session);
                assertThat(table.ofDisplay(session.display)).containsSame(session);
                assertThat(table.ofToken(session.tokenDigest)).containsSame(session);
                bytes += session.subscriptionBytes;
                if (session.link == null) {
                    waiting++;
                    shown += session.lossShown ? 1 : 0;
                } else {
                    assertThat(table.of(session.link)).containsSame(session);
                    assertThat(session.subscription).isNull();
                    assertThat(session.lossShown).isFalse();
                }
            }
            assertThat(table.oldest(session -> true))
                    .hasSize(waiting)
                    .allMatch(session -> session.link == null && !session.ended);
            assertThat(table.waiting()).isEqualTo(waiting);
            assertThat(table.connected()).isEqualTo(table.all().size() - waiting);
            assertThat(table.subscriptionBytes()).isEqualTo(bytes);
            assertThat(table.justLost()).isEqualTo(waiting - shown);
        }
    }

    private FakeLink any(Random random) {
        return links.get(random.nextInt(links.size()));
    }

    private static Subscription subscription(Random random) {
        Subscription one = Subscription.toCameras("camera-" + random.nextInt(1000));
        return random.nextBoolean() ? one.with(Delivery.EVERY) : one;
    }

    private void step(Random random) {
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                FakeLink link = house.link();
                links.add(link);
                String display = "d-" + random.nextInt(DISPLAYS);
                house.open(link, random.nextInt(4) == 0 ? House.once(display) : House.hello(display));
            }
            case 3 -> House.subscribed(any(random), subscription(random));
            case 4 -> house.table.reserve(any(random).id(), subscription(random).bytes());
            case 5, 6 -> any(random).end(random.nextBoolean() ? 1006 : 1000, "");
            case 7 ->
                house.table.close(any(random), random.nextBoolean() ? 4503 : 4401, "as it happens", Optional.empty());
            case 8 -> house.table.leave(any(random).id());
            default -> house.pass(random.nextInt(20_000));
        }
    }

    @Test
    void theInvariantsHoldWhateverHappens() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            links.add(house.link("local", "admin", Codecs.json()));
            for (int i = 0; i < 100; i++) {
                step(random);
                holds();
            }
        }
        house.pass(120_000);
        holds();
        assertThat(house.table.statistics().waiting()).isZero();
    }

    @Test
    void aLinkThatIsStillClosingDoesNotBringBackASessionThatWasTakenOver() {
        FakeLink old = house.link();
        house.open(old, House.hello("wall"));
        house.table.close(old, 4408, "silent", Optional.empty());
        String next = house.open(house.link(), House.hello("wall")).session();
        old.end(1006, "");
        assertThat(house.table.sessions()).extracting(Session::id).containsExactly(next);
        assertThat(house.journal.snapshot().displays()).containsOnlyKeys(next);
        holds();
    }

    @Test
    void aLinkThatIsStillClosingDoesNotBringBackASessionThatWaitedTooLong() {
        house.table.configure(House.settings(10_000, 30_000, 1_000, 100, 20_000));
        FakeLink old = house.link();
        house.open(old, House.hello("wall"));
        house.table.close(old, 4408, "silent", Optional.empty());
        house.pass(3_000);
        assertThat(house.table.sessions()).isEmpty();
        old.end(1006, "");
        assertThat(house.table.sessions()).isEmpty();
        holds();
    }

    @Test
    void aSessionThatAnotherTableOpenedTakesItsDisplayOverHere() {
        FakeLink old = house.link();
        house.open(old, House.hello("wall"));
        FakeLink next = house.link();
        LinkMemory.of(next.attributes())
                .begin(
                        "s-2",
                        "wall",
                        Map.of(
                                "id",
                                "s-2",
                                "token",
                                "t",
                                "display",
                                "wall",
                                "user",
                                "local",
                                "key",
                                "local",
                                "keyPrint",
                                "",
                                "role",
                                "admin",
                                "since",
                                1L,
                                "keepOpen",
                                true),
                        house.journal.epoch(),
                        house.clock.getAsLong());
        house.table.seen(next);
        assertThat(house.table.sessions()).extracting(Session::id).containsExactly("s-2");
        old.end(4409, "");
        assertThat(house.table.sessions()).extracting(Session::id).containsExactly("s-2");
        holds();
    }

    @Test
    void nobodyUsesItWithoutTheLock() {
        assertThatThrownBy(table::all).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> table.get("s-1")).isInstanceOf(AssertionError.class);
    }
}
