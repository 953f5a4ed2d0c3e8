package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.geometryos.compositor.api.connection.Delivery;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeJournal;
import org.geometryos.compositor.testkit.FakeLink;
import org.geometryos.compositor.testkit.FakeTransport;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkListener;

/** A journal, shards without threads, links and a clock that stands still: whoever tests turns them. */
final class Stage {
    private static final int MANY_TURNS = 5_000;

    final FakeClock clock = new FakeClock();
    final FakeTransport transport = new FakeTransport(clock);
    FakeJournal journal = new FakeJournal("first");
    final Figures figures = new Figures(clock, TimeOfDay::micros);
    final List<Shard> shards = new ArrayList<>();
    final List<FakeLink> links = new ArrayList<>();
    final Map<String, CodecRef> codecs = new HashMap<>(Map.of(
            "compositor.v1.json",
            new CodecRef(Codecs.json(), 1),
            "compositor.v1.cbor",
            new CodecRef(Codecs.cbor(), 1)));

    Stage() {
        transport.add(new LinkListener() {
            @Override
            public void opened(Link link) {
                links.add((FakeLink) link);
                ready(link);
            }

            @Override
            public void ready(Link link) {
                shards.forEach(shard -> shard.look(link));
            }

            @Override
            public void closed(Link link, int code, String reason) {
                shards.forEach(shard -> shard.gone(link));
            }
        });
        shard();
    }

    Stage(FakeJournal journal) {
        this();
        this.journal = journal;
    }

    /** Another shard, told of all links. */
    Shard shard() {
        Shard shard = new Shard(
                "writer-" + shards.size(),
                () -> journal,
                codecs::get,
                transport.batch(),
                figures,
                new TileEncodings(Shard.TILE_ENCODINGS),
                clock,
                TimeOfDay::micros);
        shards.add(shard);
        links.stream().filter(Link::open).forEach(shard::look);
        return shard;
    }

    /** Ends a shard as its bundle's stop does. */
    void end(Shard shard) {
        shard.moveIdleCursors();
        shards.remove(shard);
        links.stream().filter(Link::open).forEach(Link::signal);
    }

    /** A link with a session, as the connection manager leaves it after {@code hello}. */
    FakeLink link(String session) {
        return link(
                session,
                journal == null ? Map.of() : Map.of("epoch", journal.epoch()),
                journal == null ? 0 : journal.head());
    }

    /** A link that continues a session. */
    FakeLink resumed(String session, Subscription subscription, long seq) {
        return link(
                session,
                Map.of("epoch", journal.epoch(), "subscription", subscription.toMap(), "resumed", journal.head()),
                seq);
    }

    FakeLink link(String session, Map<String, Object> more, long seq) {
        Map<String, Object> attributes = new HashMap<>(Map.of(
                "codec",
                "compositor.v1.json",
                "session",
                session,
                "heartbeat.at",
                clock.getAsLong(),
                "heartbeat.interval",
                10_000L));
        attributes.putAll(more);
        return transport.connect(attributes, link -> link.begin(seq, 0, 0));
    }

    /** A link that has subscribed and taken its snapshot, which is forgotten. */
    FakeLink display(Subscription subscription) {
        FakeLink link = link("s-" + (links.size() + 1));
        subscribe(link, subscription, 1);
        settle();
        assertThat(link.messages(ServerMessage.Snapshot.class)).hasSize(1);
        link.clear();
        return link;
    }

    void subscribe(FakeLink link, Subscription subscription, Object id) {
        Map<String, Object> pending = new HashMap<>(subscription.toMap());
        if (id != null) {
            pending.put("id", id instanceof Integer n ? (Object) (long) n : id);
        }
        link.attributes().put("subscription.pending", Map.copyOf(pending));
        link.signal();
    }

    void unsubscribe(FakeLink link) {
        Map<String, Object> pending = new HashMap<>(Subscription.NONE.toMap());
        pending.put("silent", true);
        link.attributes().put("subscription.pending", Map.copyOf(pending));
        link.signal();
    }

    /** Turns all shards until none has anything to do. */
    void settle() {
        int turns = 0;
        for (boolean worked = true; worked; ) {
            worked = false;
            for (Shard shard : List.copyOf(shards)) {
                worked |= shard.turn();
            }
            assertThat(++turns).as("turns").isLessThan(MANY_TURNS);
        }
    }

    /** Lets time pass in steps of 10 ms. */
    void pass(long millis) {
        for (long passed = 0; passed < millis; passed += 10) {
            clock.passMillis(Math.min(10, millis - passed));
            settle();
        }
    }

    long move(String camera) {
        return move(camera, null);
    }

    /** @param origin the session that moves it, or null */
    long move(String camera, String origin) {
        return journal.append(view(camera, origin));
    }

    static Change view(String camera, String origin) {
        return Changes.view(camera, origin);
    }

    long hold(String camera, String holder) {
        return journal.append(Changes.held(camera, holder));
    }

    long remove(String camera) {
        return journal.append(Changes.removed(camera));
    }

    /** A display is there, connected or not, or it left; as the connection manager says it. */
    long present(String session, boolean there, boolean connected) {
        Presence.Action action = !there
                ? Presence.Action.LEFT
                : journal.display(session).isPresent() ? Presence.Action.CHANGED : Presence.Action.JOINED;
        return journal.append(Changes.presence(action, "display-of-" + session, session, connected));
    }

    /** A wall is there or changes, or it is gone. @param members none: it is gone */
    long wall(String name, String... members) {
        return journal.append(members.length == 0 ? Changes.wallRemoved(name) : Changes.wall(name, members));
    }

    /**
     * A transaction that puts a model, and moves a camera with it.
     *
     * @param camera or null
     * @param origin the session that causes it, or null
     */
    long transact(String id, String camera, String origin) {
        return journal.transact(camera, origin, new SceneOp.Put(new Model(id, "models/" + journal.head() + ".glb")));
    }

    // subscriptions

    /** And the scene. */
    static Subscription scene(Subscription with) {
        return with.with(Subscription.Topic.SCENE);
    }

    /** Nothing but walls. @param names none means all */
    static Subscription walls(String... names) {
        return names.length == 0
                ? Subscription.NONE.with(Subscription.Topic.ALL_WALLS)
                : Subscription.NONE.withWalls(Set.of(names));
    }

    /** Nothing but presence. */
    static Subscription presence(boolean echo) {
        Subscription presence = Subscription.NONE.with(Subscription.Topic.PRESENCE);
        return echo ? presence : presence.withoutEcho();
    }

    /** @param cameras none means all */
    static Subscription latest(String... cameras) {
        return cameras.length == 0 ? Subscription.toAllCameras() : Subscription.toCameras(cameras);
    }

    static Subscription every(String... cameras) {
        return latest(cameras).with(Delivery.EVERY);
    }

    static Subscription rate(double rate, String... cameras) {
        return latest(cameras).withRate(rate);
    }

    /** The numbers of the messages that have one, in the order they came. */
    static List<Long> seqs(FakeLink link) {
        return link.messages().stream()
                .map(Stage::seq)
                .filter(OptionalLong::isPresent)
                .map(OptionalLong::getAsLong)
                .toList();
    }

    /** The number of a message of the sequence; empty for others. */
    static OptionalLong seq(ServerMessage message) {
        if (message instanceof ServerMessage.Camera camera) {
            return camera.seq();
        }
        if (message instanceof ServerMessage.CameraRemoved removed) {
            return OptionalLong.of(removed.seq());
        }
        if (message instanceof ServerMessage.Scene scene) {
            return OptionalLong.of(scene.seq());
        }
        if (message instanceof ServerMessage.Display display) {
            return OptionalLong.of(display.seq());
        }
        if (message instanceof ServerMessage.Wall wall) {
            return OptionalLong.of(wall.seq());
        }
        if (message instanceof ServerMessage.WallRemoved removed) {
            return OptionalLong.of(removed.seq());
        }
        return message instanceof ServerMessage.Control control ? OptionalLong.of(control.seq()) : OptionalLong.empty();
    }

    /** The account of the newest heartbeat. */
    static ServerMessage.Heartbeat heartbeat(FakeLink link) {
        List<ServerMessage.Heartbeat> all = link.messages(ServerMessage.Heartbeat.class);
        assertThat(all).as("heartbeats").isNotEmpty();
        return all.get(all.size() - 1);
    }
}
