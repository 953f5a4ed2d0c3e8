package org.geometryos.compositor.foxglove;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.RequestException;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.JournalReader;
import org.geometryos.compositor.api.journal.Snapshot;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.api.replay.PlaybackState;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.foxglove.Topic.Kind;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.Transport;

/**
 * What viewers get: follows the journal and sends the newest state of each topic to those who subscribe to it, one that
 * does not read in time later and once. Its one thread also opens the viewers' sessions. Viewers come and go on any
 * thread.
 */
final class Stream {
    /** Nanoseconds between two looks at the journal, at the least. */
    static final long LOOK_NANOS = 500_000;
    /** Something that has to be tried again is tried after this time. */
    static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    static final long DISPLAYS_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Cameras that come and go at once are told together: each time costs all topics for each viewer. */
    static final long ROSTER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** A viewer that reads answers a ping, which goes with its messages, this often. */
    private static final long PING_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** Bytes that are handed to a socket at once, but for a single message that is longer. */
    private static final int BATCH_BYTES = 65_536;
    /** Bytes of topics that a viewer is told of in one message. */
    private static final int TOLD_BYTES = 60_000;
    /** Bytes of scene messages that are kept for further viewers. */
    private static final int SCENE_BYTES = 4 << 20;

    private static final Pattern HOST = Pattern.compile("[0-9A-Za-z.:\\[\\]-]{1,255}");

    /** The services around; each may give null for the moment. */
    interface Around {
        Journal journal();

        ConnectionManager connections();

        Transport transport();

        Settings settings();

        /** The playback of that name; null: there is none. */
        Playback playback(String name);
    }

    /** Scene messages for viewers that knew one scene, have the same address of models, and are at one time. */
    private record SceneKey(Scene known, String models, long micros) {
        @Override
        public boolean equals(Object other) {
            return other instanceof SceneKey key
                    && key.known == known
                    && key.micros == micros
                    && key.models.equals(models);
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(known) ^ models.hashCode() ^ Long.hashCode(micros);
        }
    }

    private final Around around;
    private final LongSupplier nanos;
    private final LongSupplier micros;
    private final GuardedLoop loop;
    private final Map<Long, Viewer> viewers = new ConcurrentHashMap<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong superseded = new AtomicLong();
    private volatile boolean idle;

    // the stream's thread
    private final Map<String, Source> sources = new LinkedHashMap<>();
    private final Map<String, CameraState> cameras = new LinkedHashMap<>();
    private final Map<String, Long> ids = new HashMap<>();
    private final Map<String, Deck> decks = new HashMap<>();
    private final Map<SceneKey, List<byte[]>> sceneMessages = new HashMap<>();
    private int sceneBytes;
    private Map<String, Long> topics = Map.of();
    private boolean rosterChanged = true;
    private boolean adopted;
    private long nextId = 1;
    private long version;
    private final JournalReader reader = new JournalReader();
    private Scene scene = Scene.EMPTY;
    private long sceneMicros;
    private long lookedAt;
    private long displaysAt;
    private long rosterAt;
    private byte[] displays = new byte[0];
    private Batch batch;
    private Transport batchOf;

    /**
     * @param nanos {@link System#nanoTime()}
     * @param micros the time of day, microseconds since the Unix epoch
     */
    Stream(Around around, LongSupplier nanos, LongSupplier micros) {
        this.around = around;
        this.nanos = nanos;
        this.micros = micros;
        this.loop = GuardedLoop.of("compositor-foxglove", this::turn);
        this.lookedAt = nanos.getAsLong() - LOOK_NANOS;
        this.displaysAt = nanos.getAsLong() - DISPLAYS_NANOS;
        this.rosterAt = nanos.getAsLong() - ROSTER_NANOS;
    }

    void start() {
        loop.start();
    }

    void stop(long millis) {
        loop.stop(millis);
    }

    // ---- any thread

    void opened(Link link) {
        viewers.computeIfAbsent(link.id(), id -> new Viewer(link, nanos.getAsLong() - DISPLAYS_NANOS));
        wake();
    }

    void closed(Link link) {
        viewers.remove(link.id());
    }

    void ready(Link link) {
        Viewer viewer = viewers.get(link.id());
        if (viewer != null) {
            viewer.ready();
            wake();
        }
    }

    /** An attribute of a link has changed, or another instance of this bundle has left its links. */
    void changed(Link link) {
        Viewer viewer = viewers.get(link.id());
        if (viewer != null) {
            viewer.free();
            wake();
        }
    }

    /** Leaves the viewers to another instance, if there is one. */
    void leave() {
        viewers.values().forEach(viewer -> viewer.link.signal());
    }

    /** How a viewer of a playback is welcomed; empty: as all others. */
    Optional<byte[]> greeting(long link, ServerMessage.Welcome welcome) {
        Viewer viewer = viewers.get(link);
        if (viewer == null || viewer.deck == null) {
            return Optional.empty();
        }
        Map<String, Object> info = Ops.info(welcome);
        Optional<Deck.Range> range = viewer.deck.range();
        viewer.memory.info(info);
        range.ifPresent(viewer.memory::range);
        return Optional.of(Ops.info(info, viewer.playback.orElseThrow(), range));
    }

    /** Null for a link that is gone, or whose opening has not been told yet. */
    Viewer viewer(long link) {
        return viewers.get(link);
    }

    void wake() {
        idle = false;
        loop.wake();
    }

    /** Something was appended to the journal. */
    void appended() {
        if (idle) {
            wake();
        }
    }

    int size() {
        return viewers.size();
    }

    long sent() {
        return sent.get();
    }

    long superseded() {
        return superseded.get();
    }

    // ---- the stream's thread

    /** One turn. @return how long to wait, nanoseconds */
    long turn() {
        if (viewers.isEmpty()) {
            forget();
            return GuardedLoop.UNTIL_WOKEN;
        }
        long now = nanos.getAsLong();
        if (now - lookedAt < LOOK_NANOS) {
            return lookedAt + LOOK_NANOS - now;
        }
        lookedAt = now;
        Transport transport = around.transport();
        if (transport == null) {
            return RETRY_NANOS;
        }
        if (batchOf != transport) {
            batchOf = transport;
            batch = transport.batch();
        }
        // before the journal is read: what is appended behind that wakes
        idle = true;
        adopt();
        follow(around.journal(), now);
        long wait = rosterChanged ? rosterAt + ROSTER_NANOS - now : DISPLAYS_NANOS;
        wait = Math.min(wait, lookAtDecks());
        boolean wantsDisplays = false;
        for (Viewer viewer : viewers.values()) {
            wait = Math.min(wait, serve(viewer, now));
            wantsDisplays |= wants(viewer, Kind.DISPLAYS);
        }
        if (wantsDisplays && now - displaysAt >= DISPLAYS_NANOS) {
            displaysAt = now;
            lookAtDisplays();
            wait = 0;
        }
        if (wait < DISPLAYS_NANOS) {
            idle = false;
        }
        return wait;
    }

    /** Nobody looks: the next viewer begins with a whole picture. */
    private void forget() {
        reader.forget();
        cameras.clear();
        decks.clear();
        sources.clear();
        sceneMessages.clear();
        sceneBytes = 0;
        scene = Scene.EMPTY;
        rosterChanged = true;
        idle = false;
    }

    /** Channel ids stay what they are while another version of this bundle takes over. */
    private void adopt() {
        if (!adopted) {
            adopted = true;
            viewers.values()
                    .forEach(viewer -> viewer.memory.told().forEach((topic, id) -> {
                        ids.putIfAbsent(topic, id);
                        nextId = Math.max(nextId, id + 1);
                    }));
        }
    }

    // ---- the journal

    private void follow(Journal journal, long now) {
        if (journal != null && !reader.read(journal, this::take)) {
            begin(journal);
        }
        if (rosterChanged && now - rosterAt >= ROSTER_NANOS) {
            rosterChanged = false;
            rosterAt = now;
            roster();
        }
    }

    private void begin(Journal journal) {
        Snapshot now = journal.snapshot();
        reader.begin(journal, now.seq());
        Set<String> gone = new LinkedHashSet<>(cameras.keySet());
        gone.removeAll(now.cameras().keySet());
        gone.forEach(this::removed);
        now.cameras().values().forEach(this::take);
        now.scene().ifPresent(this::take);
        if (!sources.containsKey(Topic.of(Kind.SCENE).name())) {
            sceneIs(now.scene().isPresent() ? scene : Scene.EMPTY, micros.getAsLong());
        }
    }

    private void take(Entry entry) {
        entry.change().view().ifPresent(this::camera);
        entry.change().accept(rest);
    }

    /** What else there is in an entry beside a camera's view. */
    private final Change.Visitor<Void> rest = new Change.Visitor<>() {
        @Override
        public Void cameraChanged(Change.CameraChanged change) {
            return null;
        }

        @Override
        public Void cameraRemoved(Change.CameraRemoved change) {
            removed(change.camera());
            return null;
        }

        @Override
        public Void controlChanged(Change.ControlChanged change) {
            return null;
        }

        @Override
        public Void presenceChanged(Change.PresenceChanged change) {
            return null;
        }

        @Override
        public Void sceneChanged(Change.SceneChanged change) {
            sceneIs(change.scene(), change.time());
            return null;
        }

        @Override
        public Void tilesChanged(Change.TilesChanged change) {
            change.scene().ifPresent(scene -> scene.accept(this));
            return null;
        }

        @Override
        public Void wallChanged(Change.WallChanged change) {
            return null;
        }

        @Override
        public Void wallRemoved(Change.WallRemoved change) {
            return null;
        }
    };

    private void camera(CameraState state) {
        CameraState before = cameras.put(state.camera(), state);
        if (before == null || before.view().getClass() != state.view().getClass()) {
            if (before != null) {
                dropTopics(state.camera());
            }
            rosterChanged = true;
        }
        state.view().accept(new View.Visitor<Void, RuntimeException>() {
            @Override
            public Void view2d(View2d view) {
                change(
                        new Topic(Kind.VIEWPORT, state.camera()),
                        state.received(),
                        state.time(),
                        time -> Messages.viewport(time, state, view));
                return null;
            }

            @Override
            public Void view3d(View3d view) {
                change(
                        new Topic(Kind.TRANSFORM, state.camera()),
                        state.received(),
                        state.time(),
                        time -> Messages.transform(time, state, view));
                Optional<Projection> lens = Optional.ofNullable(before)
                        .map(CameraState::view)
                        .filter(View3d.class::isInstance)
                        .map(known -> ((View3d) known).projection());
                if (!lens.equals(Optional.of(view.projection()))) {
                    change(
                            new Topic(Kind.CALIBRATION, state.camera()),
                            state.received(),
                            state.time(),
                            time -> Messages.calibration(time, state, view).orElse(null));
                }
                return null;
            }
        });
    }

    private void change(Topic topic, long micros, long own, LongFunction<byte[]> maker) {
        sources.computeIfAbsent(topic.name(), name -> new Source(topic)).changed(++version, micros, own, maker);
    }

    private void removed(String camera) {
        if (cameras.remove(camera) != null) {
            dropTopics(camera);
            rosterChanged = true;
        }
    }

    private void dropTopics(String camera) {
        for (Kind kind : Kind.values()) {
            String name = new Topic(kind, camera).name();
            sources.remove(name);
            ids.remove(name);
        }
    }

    private void sceneIs(Scene now, long atMicros) {
        scene = now;
        sceneMicros = atMicros;
        sceneMessages.clear();
        sceneBytes = 0;
        change(Topic.of(Kind.SCENE), atMicros, atMicros, time -> null);
    }

    private void roster() {
        long now = micros.getAsLong();
        List<String> inSpace = cameras.values().stream()
                .filter(state -> state.view() instanceof View3d)
                .map(CameraState::camera)
                .toList();
        change(Topic.of(Kind.FRAMES), now, now, time -> Messages.frames(time, inSpace));
        sources.computeIfAbsent(Topic.of(Kind.DISPLAYS).name(), name -> new Source(Topic.of(Kind.DISPLAYS)));
        sources.computeIfAbsent(Topic.of(Kind.SCENE).name(), name -> new Source(Topic.of(Kind.SCENE)));
        Map<String, Long> next = new HashMap<>();
        sources.keySet().forEach(name -> next.put(name, ids.computeIfAbsent(name, one -> nextId++)));
        ids.keySet().retainAll(next.keySet());
        topics = Map.copyOf(next);
        for (Viewer viewer : viewers.values()) {
            viewer.subscribed.forEach(each -> each.source = sources.get(each.topic));
        }
    }

    private void lookAtDisplays() {
        ConnectionManager manager = around.connections();
        if (manager == null) {
            return;
        }
        long now = micros.getAsLong();
        List<Session> sessions = manager.sessions();
        byte[] next = Messages.displays(sessions, 0);
        if (!Arrays.equals(next, displays)) {
            displays = next;
            change(Topic.of(Kind.DISPLAYS), now, now, time -> Messages.displays(sessions, time));
        }
    }

    // ---- playbacks

    /** @return when to come again, nanoseconds from now */
    private long lookAtDecks() {
        Set<String> wanted = new HashSet<>();
        for (Viewer viewer : viewers.values()) {
            if (viewer.playback.isPresent()) {
                wanted.add(viewer.playback.get());
                viewer.deck = decks.computeIfAbsent(viewer.playback.get(), name -> new Deck(nanos, this::wake));
                viewer.requests.stream()
                        .filter(request -> request.question == 0)
                        .forEach(request -> request.question = viewer.deck.want());
            }
        }
        decks.keySet().retainAll(wanted);
        long wait = DISPLAYS_NANOS;
        for (Map.Entry<String, Deck> each : decks.entrySet()) {
            wait = Math.min(wait, each.getValue().look(around.playback(each.getKey())));
        }
        return wait;
    }

    /** Tells a viewer of its playback. @return whether the viewer knows all of it */
    private static boolean tellOfPlayback(Viewer viewer) {
        Deck deck = viewer.deck;
        Optional<Deck.Range> range = deck.range();
        if (range.isPresent() && !range.equals(viewer.memory.range())) {
            if (!viewer.link.reply(Ops.info(viewer.memory.info(), viewer.playback.get(), range), true)) {
                return false;
            }
            viewer.memory.range(range.get());
            viewer.toldHow = null;
            viewer.again();
        }
        if (deck.away() && range.isEmpty() && !viewer.warned) {
            viewer.warned = viewer.link.reply(Ops.noPlayback(viewer.playback.get()), true);
        }
        if (deck.known().isEmpty()) {
            return true;
        }
        PlaybackState known = deck.known().get();
        Viewer.Told how = new Viewer.Told(deck.away() ? Ops.BUFFERING : status(known), known.speed());
        for (Viewer.Requested request; (request = viewer.requests.peek()) != null; viewer.requests.remove(request)) {
            if (request.question == 0 || !deck.answered(request.question)) {
                break;
            }
            if (!tellHow(viewer, how, request.seek, request.id)) {
                return false;
            }
        }
        boolean sought = viewer.seeks >= 0 && viewer.seeks != deck.seeks();
        return !sought && how.equals(viewer.toldHow) || tellHow(viewer, how, false, "");
    }

    private static boolean tellHow(Viewer viewer, Viewer.Told how, boolean seek, String request) {
        Deck deck = viewer.deck;
        boolean sought = seek || viewer.seeks >= 0 && viewer.seeks != deck.seeks();
        long time = deck.time();
        if (!viewer.link.reply(Ops.playback(how.status(), time, how.speed(), sought, request), false)
                || !viewer.link.reply(Ops.time(time), false)) {
            return false;
        }
        viewer.toldHow = how;
        viewer.seeks = deck.seeks();
        viewer.time = time;
        if (sought) {
            // a viewer forgets what it knows when time jumps
            viewer.again();
        }
        return true;
    }

    private static int status(PlaybackState state) {
        return switch (state.status()) {
            case PLAYING -> Ops.PLAYING;
            case PAUSED -> Ops.PAUSED;
            case STOPPED -> state.length() > 0 ? Ops.ENDED : Ops.BUFFERING;
        };
    }

    // ---- viewers

    private static boolean wants(Viewer viewer, Kind kind) {
        for (Viewer.Subscribed each : viewer.subscribed) {
            if (each.source != null && each.source.topic.kind() == kind) {
                return true;
            }
        }
        return false;
    }

    /** @return when to come again, nanoseconds from now; one that waits for its socket is told of */
    private long serve(Viewer viewer, long now) {
        Link link = viewer.link;
        if (!link.open() || !viewer.mine()) {
            return DISPLAYS_NANOS;
        }
        if (!viewer.host.greeted() && !greet(viewer, now)) {
            return RETRY_NANOS;
        }
        if (viewer.owner == 0) {
            // whoever had it until now may have sent what is newer than the state of this turn
            viewer.owner = link.acquire();
            return 0;
        }
        if (viewer.look()) {
            viewer.subscribed.stream().filter(each -> each.source == null).forEach(this::connect);
        }
        if (!tell(viewer) || viewer.deck != null && !tellOfPlayback(viewer)) {
            return RETRY_NANOS;
        }
        return viewer.busy && now - viewer.busyAt < DISPLAYS_NANOS ? DISPLAYS_NANOS : send(viewer, now);
    }

    private void connect(Viewer.Subscribed subscribed) {
        subscribed.source = sources.get(subscribed.topic);
        if (subscribed.source != null) {
            subscribed.counted = Math.max(0, subscribed.source.changes - 1);
            subscribed.sentAt = nanos.getAsLong() - around.settings().pause();
        }
    }

    private boolean greet(Viewer viewer, long now) {
        ConnectionManager manager = around.connections();
        if (manager == null
                || viewer.triedAt != 0 && now - viewer.triedAt < RETRY_NANOS
                || viewer.deck != null && !viewer.deck.settled()) {
            return false;
        }
        viewer.triedAt = now;
        try {
            manager.open(
                    viewer.link.id(),
                    new Opening(Optional.empty(), Optional.empty(), false, Optional.empty(), Optional.empty()));
        } catch (RequestException e) {
            if (e.close() != 0) {
                manager.close(viewer.link.id(), e.close(), e.getMessage(), Optional.empty());
            }
        }
        return viewer.host.greeted();
    }

    /** Tells which topics there are. @return whether the viewer knows all of it */
    private boolean tell(Viewer viewer) {
        Map<String, Long> told = viewer.memory.told();
        Map<String, Long> all = topics;
        if (told == all) {
            return true;
        }
        Map<String, Long> known = new HashMap<>(told);
        List<Long> gone = new ArrayList<>();
        known.entrySet().removeIf(each -> {
            boolean over = !each.getValue().equals(all.get(each.getKey()));
            if (over) {
                gone.add(each.getValue());
            }
            return over;
        });
        if (!gone.isEmpty() && !viewer.link.reply(Ops.unadvertise(gone), true)) {
            return false;
        }
        Map<Long, Topic> channels = new LinkedHashMap<>();
        int bytes = 0;
        for (String name : sources.keySet()) {
            Long id = all.get(name);
            if (id == null || known.containsKey(name)) {
                continue;
            }
            Topic topic = sources.get(name).topic;
            channels.put(id, topic);
            bytes += name.length() + topic.kind().schema.length() * 2;
            if (bytes >= TOLD_BYTES) {
                if (!advertise(viewer, channels, known)) {
                    return false;
                }
                bytes = 0;
            }
        }
        if (!channels.isEmpty() && !advertise(viewer, channels, known)) {
            return false;
        }
        viewer.memory.told(all);
        return true;
    }

    /** @param known what the viewer knows, afterwards with these */
    private static boolean advertise(Viewer viewer, Map<Long, Topic> channels, Map<String, Long> known) {
        Map<String, Long> then = new HashMap<>(known);
        channels.forEach((id, topic) -> then.put(topic.name(), id));
        // first, as the viewer may subscribe before this thread goes on
        viewer.memory.told(Map.copyOf(then));
        if (!viewer.link.reply(Ops.advertise(channels), true)) {
            viewer.memory.told(Map.copyOf(known));
            return false;
        }
        known.putAll(then);
        channels.clear();
        return true;
    }

    private long send(Viewer viewer, long now) {
        long pause = around.settings().pause();
        long wait = DISPLAYS_NANOS;
        long due = viewer.link.due();
        long delivered = viewer.link.delivered();
        long late = 0;
        boolean full = false;
        List<Viewer.Subscribed> picked = new ArrayList<>();
        batch.clear();
        long time = viewer.deck == null ? 0 : viewer.deck.time();
        boolean timed = time != viewer.time && now - viewer.timeAt >= Deck.PLAYING_NANOS;
        if (timed) {
            batch.add(Ops.time(time), false);
        }
        for (Viewer.Subscribed each : viewer.subscribed) {
            Source source = each.source;
            if (source == null || source.version == each.sent) {
                continue;
            }
            if (each.sent != 0 && now - each.sentAt < pause) {
                wait = Math.min(wait, each.sentAt + pause - now);
                continue;
            }
            if (batch.size() >= BATCH_BYTES) {
                full = true;
                break;
            }
            if (!add(viewer, each, time)) {
                // nothing of it can be said
                each.sent = source.version;
                each.counted = source.changes;
                continue;
            }
            picked.add(each);
            long changes = Math.max(1, source.changes - each.counted);
            due += changes;
            delivered++;
            late += changes - 1;
        }
        if (picked.isEmpty() && !timed) {
            return wait;
        }
        if (!viewer.link.takes(batch.size())) {
            viewer.busy = true;
            viewer.busyAt = now;
            return DISPLAYS_NANOS;
        }
        if (batch.receipts() && now - viewer.pingedAt >= PING_NANOS) {
            batch.ping();
            viewer.pingedAt = now;
        }
        int messages = batch.messages();
        switch (viewer.link.send(viewer.owner, batch, reader.position(), delivered, due)) {
            case TAKEN -> {
                if (timed) {
                    viewer.time = time;
                    viewer.timeAt = now;
                }
                for (Viewer.Subscribed each : picked) {
                    each.sent = each.source.version;
                    each.sentAt = now;
                    each.counted = each.source.changes;
                    each.scene = each.source.topic.kind() == Kind.SCENE ? scene : null;
                }
                sent.addAndGet(messages);
                superseded.addAndGet(late);
                return full ? 0 : wait;
            }
            case BUSY -> {
                viewer.busy = true;
                viewer.busyAt = now;
                return DISPLAYS_NANOS;
            }
            default -> {
                // closed, or another instance of this bundle serves it
                viewer.lost = true;
                return DISPLAYS_NANOS;
            }
        }
    }

    /**
     * Adds the newest message of a topic to the batch.
     *
     * @param time of the recording, of a viewer that takes its time from a playback
     * @return whether there is one
     */
    private boolean add(Viewer viewer, Viewer.Subscribed each, long time) {
        Source source = each.source;
        boolean live = viewer.deck == null;
        if (source.topic.kind() == Kind.SCENE) {
            List<byte[]> messages = scene(viewer, each.scene, live ? sceneMicros : time);
            long at = live ? source.nanos : time * 1_000;
            messages.forEach(message -> batch.add(Source.data(each.id, at, message), false));
            return !messages.isEmpty();
        }
        byte[] data = live ? source.data(each.id) : source.data(each.id, time);
        if (data != null) {
            batch.add(data, false);
        }
        return data != null;
    }

    private List<byte[]> scene(Viewer viewer, Scene known, long micros) {
        SceneKey key = new SceneKey(known, models(viewer.link), micros);
        List<byte[]> made = sceneMessages.get(key);
        if (made == null) {
            made = Messages.scene(known, scene, micros, key.models);
            int bytes = made.stream().mapToInt(message -> message.length).sum();
            if (sceneBytes + bytes > SCENE_BYTES) {
                sceneMessages.clear();
                sceneBytes = 0;
            }
            if (bytes <= SCENE_BYTES) {
                sceneMessages.put(key, made);
                sceneBytes += bytes;
            }
        }
        return made;
    }

    /** Where the viewer finds models: at the host that it has come to. */
    private String models(Link link) {
        return around.settings()
                .models()
                .orElseGet(() -> link.handshake()
                        .header("host")
                        .filter(host -> HOST.matcher(host).matches())
                        .map(host -> (link.handshake().secure() ? "https://" : "http://") + host + "/models/")
                        .orElse("/models/"));
    }
}
