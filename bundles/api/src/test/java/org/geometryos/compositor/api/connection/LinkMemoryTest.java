package org.geometryos.compositor.api.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.geometryos.compositor.api.connection.Subscription.Topic;
import org.junit.jupiter.api.Test;

/**
 * What lies in the map is understood by bundles of other versions: names and types are written out here, and do not
 * change.
 */
class LinkMemoryTest {
    private static final Subscription WANTED =
            Subscription.toCameras("a", "b").with(Topic.SCENE).withRate(30);

    private final ConcurrentMap<String, Object> attributes = new ConcurrentHashMap<>();
    private final LinkMemory memory = LinkMemory.of(attributes);

    @Test
    void whatTheHandshakeDecides() {
        attributes.putAll(LinkMemory.ofHandshake("compositor.v1.cbor", "wall", Optional.of("f1"), Role.CONTROL, true));
        assertThat(attributes)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "codec",
                        "compositor.v1.cbor",
                        "key",
                        "wall",
                        "key.print",
                        "f1",
                        "role",
                        "control",
                        "admin.only",
                        true));
        assertThat(memory.codec()).isEqualTo("compositor.v1.cbor");
        assertThat(memory.key()).isEqualTo("wall");
        assertThat(memory.keyFingerprint()).contains("f1");
        assertThat(memory.role()).contains(Role.CONTROL);
        assertThat(memory.adminOnly()).isTrue();
        memory.setRole(Role.ADMIN);
        assertThat(attributes).containsEntry("role", "admin");
        assertThat(LinkMemory.ofHandshake("compositor.v1.json", "local", Optional.empty(), Role.ADMIN, false))
                .containsOnlyKeys("codec", "key", "role");
    }

    @Test
    void whatIsAbsentHasAMeaning() {
        assertThat(memory.codec()).isEmpty();
        assertThat(memory.key()).isEmpty();
        assertThat(memory.keyFingerprint()).isEmpty();
        assertThat(memory.role()).isEmpty();
        assertThat(memory.adminOnly()).isFalse();
        assertThat(memory.requestsPerSecond(7)).isEqualTo(7);
        assertThat(memory.heartbeatInterval(8)).isEqualTo(8);
        assertThat(memory.greeted()).isFalse();
        assertThat(memory.session()).isEmpty();
        assertThat(memory.display()).isEmpty();
        assertThat(memory.sessionState()).isEmpty();
        assertThat(memory.isSessionEnded()).isFalse();
        assertThat(memory.heartbeatAt(9)).isEqualTo(9);
        assertThat(memory.asked()).isFalse();
        assertThat(memory.pending()).isEmpty();
        assertThat(memory.subscription()).isEqualTo(Subscription.NONE);
        assertThat(memory.storedSubscription()).isEmpty();
        assertThat(memory.resumed()).isEmpty();
        assertThat(memory.counts("e")).isFalse();
        assertThat(memory.refused()).isZero();
        assertThat(memory.ahead()).isZero();
        assertThat(memory.viewsAt(10)).isEqualTo(10);
        assertThat(memory.isOwner(0)).isFalse();
        assertThat(attributes).isEmpty();
    }

    @Test
    void whatTheClientMayDo() {
        assertThat(memory.quota(() -> new long[] {1, 2})).containsExactly(1, 2);
        memory.quota(() -> new long[0])[0] = 3;
        assertThat((long[]) attributes.get("quota")).containsExactly(3, 2);
        memory.malformed().add(5L);
        assertThat(attributes.get("quota.malformed")).isExactlyInstanceOf(ArrayDeque.class);
        assertThat(memory.malformed()).containsExactly(5L);
        Long interval = 10_000L;
        Integer requests = 20_000;
        memory.setLimits(interval, requests);
        assertThat(attributes.get("heartbeat.interval")).isSameAs(interval);
        assertThat(attributes.get("requests.per.second")).isSameAs(requests);
        assertThat(memory.heartbeatInterval(0)).isEqualTo(10_000);
        assertThat(memory.requestsPerSecond(0)).isEqualTo(20_000);
        assertThat(memory.openedAt(11)).isEqualTo(11);
        assertThat(memory.openedAt(12)).isEqualTo(11);
        assertThat(attributes).containsEntry("opened.at", 11L);
    }

    @Test
    void aSession() {
        memory.begin("s-1", "wall", Map.of("id", "s-1"), "e", 5);
        assertThat(attributes)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "session",
                        "s-1",
                        "display",
                        "wall",
                        "session.state",
                        Map.of("id", "s-1"),
                        "epoch",
                        "e",
                        "heartbeat.at",
                        5L));
        assertThat(memory.greeted()).isTrue();
        assertThat(memory.session()).isEqualTo("s-1");
        assertThat(memory.display()).isEqualTo("wall");
        assertThat(memory.counts("e")).isTrue();
        assertThat(memory.sessionState())
                .hasValueSatisfying(state -> assertThat(state).isEqualTo(Map.of("id", "s-1")));
        memory.heartbeatSent(6);
        assertThat(memory.heartbeatAt(0)).isEqualTo(6);
        memory.sessionLeft();
        assertThat(attributes).doesNotContainKey("session.state").containsEntry("session", "s-1");
        assertThat(memory.isSessionEnded()).isFalse();
        memory.sessionEnded();
        assertThat(attributes).containsEntry("session.state", "ended").containsEntry("session", "s-1");
        assertThat(memory.isSessionEnded()).isTrue();
        assertThat(memory.sessionState()).isEmpty();
    }

    @Test
    void aSubscriptionIsAskedForAndBegins() {
        memory.ahead(3, 2);
        memory.resume(Subscription.NONE.toMap(), 4);
        memory.ask(WANTED, Optional.of(12L), true);
        assertThat(attributes)
                .containsEntry("ahead", 3L)
                .containsEntry("ahead.count", 2L)
                .containsEntry("resumed", 4L)
                .hasEntrySatisfying(
                        "subscription.pending",
                        pending -> assertThat((Map<?, ?>) pending)
                                .hasSize(9)
                                .containsAllEntriesOf(cast(WANTED.toMap()))
                                .containsAllEntriesOf(cast(Map.of("id", 12L, "silent", true))));
        LinkMemory.Pending pending = memory.pending().orElseThrow();
        assertThat(memory.asked()).isTrue();
        assertThat(pending.subscription()).isEqualTo(WANTED);
        assertThat(pending.id()).contains(12L);
        assertThat(pending.silent()).isTrue();

        memory.subscribed(pending, "e");
        assertThat(attributes)
                .containsEntry("subscription", WANTED.toMap())
                .containsEntry("epoch", "e")
                .doesNotContainKeys("subscription.pending", "resumed", "ahead", "ahead.count");
        assertThat(memory.subscription()).isEqualTo(WANTED);

        memory.ask(Subscription.NONE, Optional.of("x"), false);
        assertThat(memory.pending().orElseThrow().id()).contains("x");
        assertThat(memory.pending().orElseThrow().silent()).isFalse();
        memory.forgetSubscriptions();
        assertThat(attributes).doesNotContainKeys("subscription", "subscription.pending");
    }

    @SuppressWarnings("unchecked")
    private static <K, V> Map<K, V> cast(Map<String, Object> map) {
        return (Map<K, V>) map;
    }

    @Test
    void whatWasAskedForSinceStillStands() {
        memory.ask(WANTED, Optional.of(1L), false);
        LinkMemory.Pending first = memory.pending().orElseThrow();
        memory.ask(WANTED, Optional.of(2L), false);
        memory.subscribed(first, "e");
        assertThat(memory.pending().orElseThrow().id()).contains(2L);
    }

    @Test
    void aStream() {
        memory.owner(1L << 40);
        memory.refused(4);
        memory.viewsFrom(-5);
        memory.ahead(6, 1);
        memory.resume(WANTED.toMap(), 7);
        assertThat(attributes)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "owner",
                        1L << 40,
                        "refused",
                        4L,
                        "views.at",
                        -5L,
                        "ahead",
                        6L,
                        "ahead.count",
                        1L,
                        "resumed",
                        7L,
                        "subscription",
                        WANTED.toMap()));
        assertThat(memory.isOwner(1L << 40)).isTrue();
        assertThat(memory.isOwner(1)).isFalse();
        assertThat(memory.refused()).isEqualTo(4);
        assertThat(memory.viewsAt(0)).isEqualTo(-5);
        assertThat(memory.ahead()).isEqualTo(6);
        assertThat(memory.resumed()).hasValue(7);
        memory.streams("e");
        assertThat(attributes)
                .containsEntry("epoch", "e")
                .doesNotContainKeys("resumed", "ahead", "ahead.count")
                .containsEntry("refused", 4L);
    }

    @Test
    void whatALaterVersionAddsToASubscriptionGoesAlong() {
        Map<String, Object> later = new java.util.HashMap<>(WANTED.toMap());
        later.put("later", "x");
        memory.resume(Map.copyOf(later), 1);
        assertThat(memory.subscription()).isEqualTo(WANTED);
        assertThat(memory.storedSubscription().orElseThrow().get("later")).isEqualTo("x");
    }

    @Test
    void allValuesAreOfTheJdk() {
        attributes.putAll(LinkMemory.ofHandshake("compositor.v1.cbor", "wall", Optional.of("f1"), Role.CONTROL, true));
        memory.setRole(Role.ADMIN);
        memory.quota(() -> new long[4]);
        memory.malformed().add(1L);
        memory.setLimits(1L, 2);
        memory.openedAt(1);
        memory.begin("s-1", "wall", Map.of("id", "s-1"), "e", 5);
        memory.resume(WANTED.toMap(), 7);
        memory.ahead(1, 1);
        memory.ask(WANTED, Optional.of(1L), true);
        memory.refused(1);
        memory.viewsFrom(1);
        memory.owner(1);
        assertThat(attributes).hasSize(23);
        attributes.values().forEach(LinkMemoryTest::isOfTheJdk);
    }

    private static void isOfTheJdk(Object value) {
        assertThat(value.getClass().getClassLoader())
                .as("loader of %s", value.getClass())
                .isNull();
        if (value instanceof Map<?, ?> map) {
            map.values().forEach(LinkMemoryTest::isOfTheJdk);
        } else if (value instanceof Collection<?> all) {
            all.forEach(LinkMemoryTest::isOfTheJdk);
        }
    }

    @Test
    void whatADialectKeepsHasNamesOfItsOwn() {
        Map<String, Object> attributes = new HashMap<>();
        LinkMemory memory = LinkMemory.of(attributes);
        assertThat(memory.kept("session", "nothing")).isEqualTo("nothing");
        memory.keep("session", Map.of("a", 1L));
        assertThat(memory.kept("session", Map.<String, Long>of())).isEqualTo(Map.of("a", 1L));
        assertThat(memory.greeted()).isFalse();
        assertThat(attributes).containsOnlyKeys("dialect.session");
    }
}
