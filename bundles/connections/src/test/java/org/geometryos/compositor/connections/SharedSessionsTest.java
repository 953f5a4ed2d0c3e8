package org.geometryos.compositor.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.connections.House.hello;
import static org.geometryos.compositor.connections.House.resume;
import static org.geometryos.compositor.connections.House.subscribed;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.geometryos.compositor.api.connection.Delivery;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.log.Cluster;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeLink;
import org.junit.jupiter.api.Test;

/** Two hosts with one sequence, and what they share beside it. */
class SharedSessionsTest {
    private static final Subscription EVERY = Subscription.toAllCameras().with(Delivery.EVERY);

    private final Values values = new Values();
    private final House here = new House();
    private final House there = new House();

    SharedSessionsTest() {
        here.cluster = values;
        there.cluster = values;
        there.journal = here.journal;
    }

    private static final class Values implements Cluster {
        private final Map<String, Value> all = new TreeMap<>();
        private long seq;

        @Override
        public String host() {
            return "a";
        }

        @Override
        public List<Host> hosts() {
            return List.of(
                    new Host("a", false, Optional.of("ws://a")),
                    new Host("b", false, Optional.of("ws://b")),
                    new Host("c", true, Optional.of("ws://c")),
                    new Host("d", false, Optional.empty()));
        }

        @Override
        public Optional<Value> value(String key) {
            return Optional.ofNullable(all.get(key));
        }

        @Override
        public List<String> keys(String prefix) {
            return all.keySet().stream().filter(key -> key.startsWith(prefix)).toList();
        }

        @Override
        public Answer<Verdict> put(String key, Optional<byte[]> value, long replaces) {
            long before = Optional.ofNullable(all.get(key)).map(Value::seq).orElse(0L);
            if (replaces >= 0 && replaces != before) {
                return Verdict.PASSED_OVER;
            }
            seq++;
            value.ifPresentOrElse(content -> all.put(key, new Value(seq, content)), () -> all.remove(key));
            return new Verdict.Counted(seq);
        }
    }

    private ServerMessage.Welcome shared() {
        FakeLink link = here.link();
        ServerMessage.Welcome welcome = here.open(link, hello("wall"));
        subscribed(link, EVERY);
        here.table.tick();
        return welcome;
    }

    @Test
    void welcomeNamesTheHostsThatAreThere() {
        assertThat(shared().hosts()).containsExactly("ws://a", "ws://b");
    }

    @Test
    void anotherHostGoesOnWithASession() {
        ServerMessage.Welcome before = shared();
        here.said();
        FakeLink next = there.link();
        ServerMessage.Welcome welcome = there.open(next, resume("wall", before.token(), "first", 100));
        assertThat(welcome.resumed()).isTrue();
        assertThat(welcome.session()).isEqualTo(before.session());
        assertThat(next.attributes()).containsEntry("subscription", EVERY.toMap());
        assertThat(here.said())
                .as("told as this host's, though nothing else is new")
                .extracting(Presence::session)
                .containsExactly(before.session());
    }

    @Test
    void withAnotherKeyNobodyGoesOnWithIt() {
        ServerMessage.Welcome before = shared();
        FakeLink other = there.link("other", "admin", Codecs.json());
        assertThat(there.open(other, resume("mine", before.token(), "first", 100))
                        .resumed())
                .isFalse();
    }

    @Test
    void aHostThatIsBehindSendsTheDisplayOn() {
        ServerMessage.Welcome before = shared();
        FakeLink link = there.link();
        long ahead = here.journal.head() + 1;
        try {
            there.table.open(link.id(), resume("wall", before.token(), "first", ahead));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        assertThat(link.closedWith()).isEqualTo(4503);
    }

    @Test
    void whatIsOverIsSharedNoMore() {
        ServerMessage.Welcome before = shared();
        assertThat(values.keys("session/")).hasSize(1);
        here.table.close(before.session(), 1000, "bye", Optional.empty());
        assertThat(values.keys("session/")).isEmpty();
    }

    @Test
    void whileAnotherSubscriptionIsAskedForNobodyGoesOn() {
        FakeLink link = here.link();
        ServerMessage.Welcome before = here.open(link, hello("wall"));
        subscribed(link, EVERY);
        here.table.tick();
        here.table.reserve(link.id(), 100);
        assertThat(there.open(there.link(), resume("wall", before.token(), "first", 100))
                        .resumed())
                .isFalse();
    }
}
