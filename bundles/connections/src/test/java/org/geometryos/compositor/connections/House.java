package org.geometryos.compositor.connections;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import org.geometryos.compositor.api.camera.CameraBridge;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.SourceState;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.LinkAttributes;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.RequestException;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Page;
import org.geometryos.compositor.api.journal.Snapshot;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.Codecs;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.Transport;

/** What stands around a table of sessions, and a clock that moves when told. */
final class House implements Transport, CameraBridge {
    static final Settings SETTINGS = new Settings(10_000, 30_000, 60_000, 10_000, 100, 20_000);

    long now = -TimeUnit.DAYS.toNanos(2);
    final Map<Long, FakeLink> links = new TreeMap<>();
    final Map<String, Codec> codecs = new HashMap<>(Map.of("compositor.v1.json", Codecs.json(), "compositor.v1.cbor", Codecs.cbor()));
    final List<Driver> released = new ArrayList<>();
    FakeJournal journal = new FakeJournal("first");
    CameraBridge cameras = this;
    Sessions table = table();
    private long lastLink;

    /** A table that takes up the links there are. */
    Sessions table() {
        Sessions made = new Sessions(new Sessions.Neighbours(this, () -> journal, () -> cameras, codecs::get), SETTINGS, "1.2.3", () -> now);
        links.values().forEach(made::seen);
        return made;
    }

    FakeLink link() {
        return link("local", "admin", Codecs.json());
    }

    FakeLink link(String key, String role, Codec codec) {
        FakeLink link = new FakeLink(++lastLink, key, role, codec);
        link.receivedAt = now;
        links.put(link.id(), link);
        table.seen(link);
        return link;
    }

    /** The link is gone; everybody is told. */
    void gone(FakeLink link, int code) {
        link.open = false;
        links.remove(link.id());
        table.lost(link, code);
    }

    void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
        table.tick();
    }

    /** Time passes while the links are alive. */
    void passAlive(long millis) {
        for (long left = millis; left > 0; left -= 1000) {
            now += TimeUnit.MILLISECONDS.toNanos(Math.min(left, 1000));
            links.values().forEach(link -> link.receivedAt = now);
            table.tick();
        }
    }

    static Opening hello(String display) {
        return new Opening(Optional.ofNullable(display), Optional.empty(), true, Optional.empty(), Optional.empty());
    }

    static Opening once(String display) {
        return new Opening(Optional.of(display), Optional.empty(), false, Optional.empty(), Optional.empty());
    }

    static Opening as(String display, String user) {
        return new Opening(Optional.of(display), Optional.of(user), true, Optional.empty(), Optional.empty());
    }

    static Opening with(String display, DisplaySettings settings) {
        return new Opening(Optional.of(display), Optional.empty(), true, Optional.of(settings), Optional.empty());
    }

    static Opening resume(String display, String token, String epoch, long seq) {
        return new Opening(Optional.of(display), Optional.empty(), true, Optional.empty(), Optional.of(new Opening.Resume(token, epoch, seq)));
    }

    ServerMessage.Welcome open(FakeLink link, Opening opening) {
        try {
            table.open(link.id(), opening);
        } catch (RequestException e) {
            throw new AssertionError(e);
        }
        return link.last(ServerMessage.Welcome.class);
    }

    static void subscribed(FakeLink link, Subscription subscription) {
        link.attributes().put(LinkAttributes.SUBSCRIPTION, subscription.toMap());
    }

    // the transport

    @Override
    public Collection<Link> links() {
        return List.copyOf(links.values());
    }

    @Override
    public Optional<Link> link(long id) {
        return Optional.ofNullable(links.get(id));
    }

    @Override
    public Batch batch() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int messageBytes() {
        return 65_536;
    }

    // the camera bridge

    @Override
    public void releaseAll(Driver driver) {
        released.add(driver);
    }

    @Override
    public int maxCameras() {
        return 400;
    }

    @Override
    public Outcome update(Driver driver, CameraUpdate update) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Outcome take(Driver driver, String camera) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Outcome release(Driver driver, String camera) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Outcome remove(String camera) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<CameraState> cameras() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<CameraState> camera(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<ControlState> control(String camera) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<SourceState> sources() {
        throw new UnsupportedOperationException();
    }

    /** A journal that is where it is told to be. */
    static final class FakeJournal implements Journal {
        private final String epoch;
        long head = 100;
        /** The highest number that is gone: of what is ordered, and of cameras. */
        long orderedGone;
        final Map<String, Long> gone = new HashMap<>();

        FakeJournal(String epoch) {
            this.epoch = epoch;
        }

        @Override
        public String epoch() {
            return epoch;
        }

        @Override
        public long head() {
            return head;
        }

        @Override
        public long append(Change change) {
            throw new UnsupportedOperationException();
        }

        @Override
        public OptionalLong appendIf(Predicate<Journal> condition, Change change) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Entry> camera(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<Entry> control(String camera) {
            return Optional.empty();
        }

        @Override
        public int cameras() {
            return 0;
        }

        @Override
        public Snapshot snapshot() {
            return new Snapshot(epoch, head, Map.of(), Map.of(), Map.of());
        }

        @Override
        public Page read(long after, int max) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Page readOrdered(long after, int max) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean holds(long after, Collection<String> cameras) {
            Set<String> lost = new HashSet<>(cameras);
            lost.removeIf(camera -> gone.getOrDefault(camera, 0L) <= after);
            return orderedGone <= after && lost.isEmpty();
        }

        @Override
        public boolean holdsAll(long after) {
            return orderedGone <= after && gone.values().stream().allMatch(n -> n <= after);
        }
    }
}
