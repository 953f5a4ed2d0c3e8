package org.geometryos.compositor.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.NoSuchModelException;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.tiles.NoSuchTilesetException;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.tiles.Tileset;
import org.geometryos.compositor.camera.SimulatedCamera;
import org.geometryos.compositor.cluster.SimulatedReplica;
import org.geometryos.compositor.scene.SimulatedScene;

/** One of several hosts: a replica, a camera bridge, a scene, sources, and a clock that is not quite right. */
final class SimHost {
    private static final long SECOND = 1_000_000_000L;
    private static final long TICK = 100_000_000L;

    final String name;
    private final HostWorld world;
    private final SplittableRandom random;
    private final HostFault.Switch faults;
    /** How fast its clock runs. */
    private final double rate;

    private final Queue<Runnable> inbox = new ArrayDeque<>();
    private long micros;
    private int run;
    private boolean up;
    private long pausedUntil = Timeline.START;
    SimulatedReplica replica;
    private SimulatedCamera camera;
    private SimulatedScene scene;
    private boolean wired;
    private long failedAt;
    private SimLog.Client client;
    private final List<Pusher> sources = new ArrayList<>();
    private final List<String> sessions = new ArrayList<>();
    private int made;
    private int ticks;
    /** What goes out does not arrive; what should come in does not. */
    boolean cutOut;

    boolean cutIn;
    /** What goes out arrives after that, as on a connection that is half cut for a while. */
    long outRestsUntil = Timeline.START;
    /** It has died and does not come back. */
    boolean staysDead;

    long unanswered;
    /** What was asked for and is not answered, and when; for the one who looks for the cause. */
    final Map<String, Long> outstanding = new TreeMap<>();

    SimHost(HostWorld world, String name, SplittableRandom random, HostFault.Switch faults) {
        this.world = world;
        this.name = name;
        this.random = random;
        this.faults = faults;
        this.rate = 0.95 + random.nextDouble() / 10;
    }

    private long nanos() {
        return (long) (world.time.passed() * rate);
    }

    private long micros() {
        return 1_700_000_000_000_000L + micros + nanos() / 1000;
    }

    /** The wall clock is set. */
    void clockJumps() {
        micros += random.nextLong(20 * 60 * 1_000_000L) - 10 * 60 * 1_000_000L;
    }

    boolean isUp() {
        return up;
    }

    /** Whether it can serve displays now. */
    boolean serves() {
        return up && wired && pausedUntil <= world.time.getAsLong();
    }

    void start() {
        up = true;
        run++;
        unanswered = 0;
        outstanding.clear();
        camera = new SimulatedCamera(this::nanos, this::micros);
        scene = new SimulatedScene(Scene.EMPTY, this::micros);
        scene.cameras(camera.bridge());
        sources.clear();
        sessions.clear();
        for (int i = 0; i < 2; i++) {
            Pusher source = new Pusher(name + run + "-" + i);
            sources.add(source);
            camera.add(source, source.id, random.nextInt(3) * 5);
        }
        join();
        int mine = run;
        world.time.after(random.nextLong(TICK), () -> tick(mine));
        world.time.after(random.nextLong(SECOND), () -> act(mine));
        sources.forEach(source -> world.time.after(random.nextLong(SECOND), () -> source.push(mine)));
    }

    private void join() {
        client = world.log.new Client(this, run, faults);
        replica = new SimulatedReplica(
                name,
                client,
                this::nanos,
                new Random(random.nextLong()),
                () -> {},
                new SimulatedReplica.Seen() {
                    @Override
                    public void placed(long seq, Change change) {
                        world.truth.placed(name, seq, change);
                    }

                    @Override
                    public void passed(long seq) {
                        world.truth.passed(name, seq);
                    }

                    @Override
                    public void joined(String host, long seq) {
                        world.truth.joined(host, seq);
                    }

                    @Override
                    public void gone(String host, long seq) {
                        world.truth.gone(host, seq);
                    }
                },
                faults);
        wired = false;
        replica.start();
    }

    /** As by {@code kill -9}. */
    void crash() {
        up = false;
        wired = false;
        run++;
        inbox.clear();
        world.log.left(this);
    }

    /** As by SIGSTOP. */
    void pause(long nanos) {
        pausedUntil = world.time.getAsLong() + nanos;
        world.time.after(nanos, () -> {
            while (pausedUntil <= world.time.getAsLong() && !inbox.isEmpty()) {
                inbox.poll().run();
            }
        });
    }

    /** Has it do something, when it runs; never if it has died meanwhile. */
    void run(int of, Runnable what) {
        if (of != run || !up) {
            return;
        }
        if (pausedUntil > world.time.getAsLong() || !inbox.isEmpty()) {
            inbox.add(() -> {
                if (of == run) {
                    what.run();
                }
            });
        } else {
            what.run();
        }
    }

    private void tick(int of) {
        if (of != run) {
            return;
        }
        world.time.after((long) (TICK / rate), () -> tick(of));
        if (pausedUntil > world.time.getAsLong()) {
            return;
        }
        replica.clock();
        if (!wired && replica.isJoined()) {
            wired = true;
            camera.setJournal(replica);
            scene.setJournal(replica);
            announce();
        } else if (replica.hasFailed()) {
            fail();
        }
        camera.tick();
        if (wired && ++ticks % 10 == 0) {
            dismiss();
        }
    }

    private void fail() {
        if (wired) {
            wired = false;
            camera.unsetJournal(replica);
            scene.unsetJournal(replica);
            failedAt = nanos();
            world.failures.add(name + ": " + replica.whyNot());
            world.history.note(name, "fails: " + replica.whyNot());
        } else if (nanos() - failedAt >= SECOND) {
            failedAt = nanos();
            world.failures.add(name + ": " + replica.whyNot());
            replica.end();
            join();
        }
    }

    // ---- what it does

    private void act(int of) {
        if (of != run || world.resting) {
            return;
        }
        world.time.after(random.nextLong(SECOND / 2), () -> act(of));
        if (!serves()) {
            return;
        }
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> transaction();
            case 3 -> takes();
            case 4 -> display();
            case 5 -> {
                if (random.nextBoolean()) {
                    share();
                } else {
                    tiles();
                }
            }
            case 6 -> drives();
            default -> removes();
        }
    }

    private void transaction() {
        String id = name + run + "-m" + made++;
        List<SceneOp> ops = new ArrayList<>(List.of(new SceneOp.Put(new Model(id, "models/m.glb"))));
        if (scene.scene().models().size() > 5) {
            ops.add(0, new SceneOp.Remove(scene.scene().models().get(0).id()));
        }
        Optional<CameraUpdate> moved = random.nextInt(3) > 0
                ? Optional.empty()
                : Optional.of(new CameraUpdate(world.camera(random), new View2d(made, 0, 1, 0))
                        .withSample(made++ + 1_000_000L));
        unanswered++;
        int mine = run;
        moved.ifPresent(update -> world.truth.asked(
                HostTruth.key(transactions().name(), update.sample().getAsLong())));
        scene.change(transactions(), ops, moved).then(outcome -> {
            answered(mine);
            outstanding.remove(id);
            world.truth.answered(id, outcome);
        });
    }

    /** As the part for tiles does it: worked out from what the journal says, and with the scene every other time. */
    private void tiles() {
        Optional<Entry> before = replica.tiles();
        Optional<Entry> sceneBefore = replica.scene();
        Tiles now = before.map(entry -> ((Change.TilesChanged) entry.change()).tiles())
                .orElse(Tiles.NONE);
        long version = ++world.versions;
        List<TileOp> ops = new ArrayList<>();
        if (now.layers().isEmpty()) {
            ops.add(new TileOp.Declare(new Tileset("world", 256, 256, 5, "/tiles/{z}/{x}/{y}/{v}")));
        }
        ops.add(new TileOp.Put("world", TileTree.tile(5, random.nextInt(32), random.nextInt(32), version)));
        String key = HostTruth.tile(version);
        unanswered++;
        outstanding.put(key, world.time.passed());
        int mine = run;
        try {
            Optional<Change.SceneChanged> with = random.nextBoolean()
                    ? Optional.empty()
                    : Optional.of(inScene(sceneBefore
                            .map(entry -> entry.change().inScene().orElseThrow().scene())
                            .orElse(Scene.EMPTY)));
            replica.append(
                            new Change.TilesChanged(ops, Optional.empty(), with, now.after(ops), micros()),
                            new Fence(
                                    before.map(Entry::seq).orElse(0L),
                                    Fence.ANY,
                                    sceneBefore.map(Entry::seq).orElse(0L)))
                    .then(verdict -> {
                        answered(mine);
                        outstanding.remove(key);
                        world.truth.answered(key, verdict);
                    });
        } catch (NoSuchTilesetException | NoSuchModelException e) {
            throw new IllegalStateException(e);
        }
    }

    private Change.SceneChanged inScene(Scene before) throws NoSuchModelException {
        List<SceneOp> ops = List.of(new SceneOp.Put(new Model(name + run + "-m" + made++, "models/m.glb")));
        return new Change.SceneChanged(ops, Optional.empty(), Optional.empty(), before.after(ops), micros());
    }

    private Driver session() {
        return new Driver(name + run + "-s", Optional.of("s-" + name + run), 10);
    }

    /** Another one, as transactions wait for each other and views do not. */
    private Driver transactions() {
        return new Driver(name + run + "-t", Optional.of("t-" + name + run), 10);
    }

    private void takes() {
        Driver driver = session();
        String of = world.camera(random);
        if (!world.gives || random.nextBoolean()) {
            camera.bridge().take(driver, of, random.nextInt(4) == 0);
        } else {
            world.truth.gives(of);
            camera.bridge().release(driver, of);
        }
    }

    private void drives() {
        Driver driver = session();
        long sample = made++ + 1_000_000L;
        String key = HostTruth.key(driver.name(), sample);
        world.truth.asked(key);
        outstanding.put(key, world.time.passed());
        unanswered++;
        int mine = run;
        camera.bridge()
                .update(driver, new CameraUpdate(world.camera(random), new View2d(sample, 0, 1, 0)).withSample(sample))
                .then(outcome -> {
                    answered(mine);
                    outstanding.remove(key);
                    world.truth.answered(key, outcome);
                });
    }

    private void removes() {
        String of = world.camera(random);
        if (world.gives && random.nextInt(4) == 0) {
            world.truth.gives(of);
            camera.bridge().remove(of);
        }
    }

    private void share() {
        String key = "k" + random.nextInt(5);
        long before = replica.shared(key);
        replica.share(key, random.nextInt(4) == 0 ? null : name + made++, before);
    }

    private void display() {
        if (sessions.size() < 3 || random.nextBoolean()) {
            sessions.add("d-" + name + run + "-" + made++);
        } else {
            String gone = sessions.remove(random.nextInt(sessions.size()));
            replica.display(gone).ifPresent(entry -> say(gone, Presence.Action.LEFT, false, entry.seq()));
        }
        announce();
    }

    /** Says of its displays what the others do not know. */
    private void announce() {
        for (String session : sessions) {
            Optional<Entry> known = replica.display(session);
            if (known.isEmpty()) {
                say(session, Presence.Action.JOINED, true, 0);
            } else if (!((Change.PresenceChanged) known.get().change())
                    .presence()
                    .connected()) {
                say(session, Presence.Action.CHANGED, true, known.get().seq());
            }
        }
    }

    /** Displays of this host that are not there any more, also of an earlier run, have left. */
    private void dismiss() {
        replica.snapshot().displays().forEach((session, entry) -> {
            if (session.startsWith("d-" + name) && !sessions.contains(session) && replica.watches(entry)) {
                say(session, Presence.Action.LEFT, false, entry.seq());
            }
        });
    }

    private void say(String session, Presence.Action action, boolean connected, long replaces) {
        replica.append(
                new Change.PresenceChanged(new Presence(
                        action,
                        session,
                        session,
                        "user",
                        connected,
                        DisplaySettings.EMPTY,
                        action == Presence.Action.LEFT ? Optional.of("bye") : Optional.empty())),
                Fence.replacing(replaces));
    }

    private boolean isHeard() {
        return !cutOut && !cutIn && outRestsUntil <= world.time.getAsLong();
    }

    List<String> sessions() {
        return List.copyOf(sessions);
    }

    private void answered(int of) {
        if (of == run) {
            unanswered--;
        }
    }

    /** A source of this host: it moves a camera, stands still and keeps it, or gives it back. */
    private final class Pusher implements CameraSource {
        private final String id;
        private CameraSink sink;
        private String camera;
        private long sample;
        private boolean still;

        private Pusher(String id) {
            this.id = id;
            this.camera = world.camera(random);
        }

        @Override
        public void connected(CameraSink next) {
            sink = next;
        }

        @Override
        public void disconnected(CameraSink old) {
            sink = null;
        }

        private void push(int of) {
            if (of != run || world.resting) {
                return;
            }
            world.time.after(SECOND / 20 + random.nextLong(SECOND / 50), () -> push(of));
            if (sink == null || pausedUntil > world.time.getAsLong()) {
                return;
            }
            if (random.nextInt(200) == 0) {
                still = !still;
            }
            if (random.nextInt(400) == 0) {
                camera = world.camera(random);
            }
            if (still) {
                // where the others hear nothing of this host they may end what it holds
                if (wired && sink.renew(camera) && isHeard()) {
                    world.truth.keeps(camera, id);
                }
                return;
            }
            long n = ++sample;
            String key = HostTruth.key(id, n);
            world.truth.asked(key);
            outstanding.put(key, world.time.passed());
            unanswered++;
            sink.push(new CameraUpdate(
                            camera,
                            new View2d(n, 0, 1, 0),
                            OptionalLong.empty(),
                            OptionalLong.of(n),
                            false,
                            Optional.empty()))
                    .then(outcome -> {
                        answered(of);
                        outstanding.remove(key);
                        world.truth.answered(key, outcome);
                    });
        }
    }
}
