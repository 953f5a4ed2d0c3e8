package org.geometryos.compositor.connections;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.connection.ConnectionListener;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.connection.RequestException;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.control.SourceState;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.log.Cluster;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.api.wall.Walls;
import org.geometryos.compositor.io.files.WholeFile;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeJournal;
import org.geometryos.compositor.testkit.FakeLink;
import org.geometryos.compositor.testkit.FakeTransport;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkListener;

/** What stands around a table of sessions, and a clock that moves when told. */
final class House implements CameraBridge, Sessions.Events {
    static final Settings SETTINGS = settings(10_000, 30_000, 60_000, 100, 20_000);

    static Settings settings(long interval, long timeout, long window, int view, int control) {
        return new Settings(
                interval,
                timeout,
                window,
                10_000,
                view,
                control,
                new Settings.Admission(1000, 0, 0, 0),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                100,
                1 << 20,
                1 << 20);
    }

    static Settings admission(int connections, int perKey, int perAddress, int handshakesPerSecond) {
        return new Settings(
                10_000L,
                30_000,
                60_000,
                10_000,
                100,
                20_000,
                new Settings.Admission(connections, perKey, perAddress, handshakesPerSecond),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                100,
                1 << 20,
                1 << 20);
    }

    final FakeClock clock = new FakeClock();
    final FakeTransport transport = new FakeTransport(clock);
    final Map<String, Codec> codecs =
            new HashMap<>(Map.of("compositor.v1.json", Codecs.json(), "compositor.v1.cbor", Codecs.cbor()));
    final List<Driver> released = new ArrayList<>();
    FakeJournal journal = new FakeJournal("first").passTo(100);
    private final Set<Presence> heard = Collections.newSetFromMap(new IdentityHashMap<>());
    CameraBridge cameras = this;
    SceneService scene;
    Walls walls;
    Cluster cluster;
    final DisplayStore store =
            new DisplayStore(new JsonFile(new WholeFile(Path.of("no such folder", "displays.json"))), 100);
    /** What listeners were told. */
    final List<String> told = new ArrayList<>();

    Sessions table = table();

    House() {
        transport.add(new LinkListener() {
            @Override
            public void opened(Link link) {
                table.seen(link);
            }

            @Override
            public void closed(Link link, int code, String reason) {
                table.lost(link, code, reason);
            }
        });
    }

    /** A table that takes up the links there are. */
    Sessions table() {
        Sessions made = new Sessions(around(), SETTINGS, "1.2.3", clock);
        transport.links().forEach(made::seen);
        return made;
    }

    Sessions.Neighbours around() {
        return new Sessions.Neighbours(
                transport, () -> journal, () -> cameras, () -> scene, () -> walls, codecs::get, this, store, () -> cluster);
    }

    FakeLink link() {
        return link("local", "admin", Codecs.json());
    }

    FakeLink link(String key, String role, Codec codec) {
        // silent peers, unless somebody says that they were heard
        return transport.connect(
                Map.of("key", key, "role", role, "codec", codec.subprotocol()), link -> link.answering(false));
    }

    void pass(long millis) {
        for (long left = millis; left > 0; left -= 1000) {
            clock.passMillis(Math.min(left, 1000));
            table.tick();
        }
    }

    /** Time passes while the host itself stands still. */
    void standStill(long millis) {
        clock.passMillis(millis);
        table.tick();
    }

    /** Time passes while the links are alive. */
    void passAlive(long millis) {
        for (long left = millis; left > 0; left -= 1000) {
            clock.passMillis(Math.min(left, 1000));
            transport.links().forEach(link -> ((FakeLink) link).heard());
            table.tick();
        }
    }

    /** What was announced of displays in the journal there is, since the last call. */
    List<Presence> said() {
        return journal == null
                ? List.of()
                : journal.changes(Change.PresenceChanged.class).stream()
                        .map(Change.PresenceChanged::presence)
                        .filter(heard::add)
                        .toList();
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
        return new Opening(
                Optional.of(display),
                Optional.empty(),
                true,
                Optional.empty(),
                Optional.of(new Opening.Resume(token, epoch, seq)));
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
        link.attributes().put("subscription", subscription.toMap());
    }

    // the listeners

    @Override
    public boolean heard() {
        return true;
    }

    @Override
    public void tell(Consumer<ConnectionListener> event) {
        event.accept(new ConnectionListener() {
            @Override
            public void opened(Session session) {
                told.add("opened " + session.display());
            }

            @Override
            public void changed(Session session) {
                told.add("changed " + session.display() + (session.connected() ? " connected" : " waiting"));
            }

            @Override
            public void closed(Session session, String reason) {
                told.add("closed " + session.display() + ": " + reason);
            }
        });
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
    public Answer<Optional<Outcome>> update(
            Driver driver, CameraUpdate update, Journal sequence, Fence fence, Function<CameraState, Change> change) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Outcome take(Driver driver, String camera, boolean force) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Outcome release(Driver driver, String camera) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Outcome remove(String camera, Optional<String> origin) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Outcome remove(Driver source, String camera) {
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
}
