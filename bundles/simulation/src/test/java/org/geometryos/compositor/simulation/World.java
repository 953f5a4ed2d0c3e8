package org.geometryos.compositor.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.broadcast.SimulatedBroadcast;
import org.geometryos.compositor.camera.SimulatedCamera;
import org.geometryos.compositor.connections.SimulatedConnections;
import org.geometryos.compositor.endpoint.SimulatedEndpoint;
import org.geometryos.compositor.journal.SimulatedJournal;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.scene.SimulatedScene;
import org.geometryos.compositor.testkit.Changes;

/**
 * The bundles, wired as the framework wires them, and replaced as it replaces them: with a gap, or the next one beside
 * the last one for a moment. One thread; every choice comes from the seed.
 */
final class World {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long TICK = 100 * MILLI;

    private enum Part {
        JOURNAL,
        CAMERA,
        SCENE,
        CONNECTIONS,
        BROADCAST,
        ENDPOINT,
        CODEC
    }

    final Scenario scenario;
    final Timeline time = new Timeline();
    final History history = new History(time);
    final Faults faults;
    final Truth truth = new Truth(time);
    final SimTransport transport;
    final List<Screen> screens = new ArrayList<>();
    final List<Source> sources = new ArrayList<>();
    long updates;
    long messages;

    private final SplittableRandom random;
    private final Random tokens;
    private final SimulatedConnections.Folder folder = new SimulatedConnections.Folder();
    private final Map<String, Codec> codecs = new LinkedHashMap<>();
    private final List<SimulatedBroadcast> broadcasts = new ArrayList<>();
    private final List<Source> here = new ArrayList<>();
    private final int[] away = new int[Part.values().length];
    private long calmSince;
    private boolean quiet;
    private long generation = 1;

    private Journal ring;
    private Journal journal;
    private Journal forBroadcast;
    private SimulatedCamera camera;
    private SimulatedScene scene;
    private Scene stored = Scene.EMPTY;
    /** The walls as whoever keeps them knows them, by name. */
    private final Map<String, Change> walls = new TreeMap<>();

    private final SplittableRandom wallsRandom;
    private SimulatedConnections connections;
    private SimulatedEndpoint endpoint;

    World(long seed, Scenario scenario, Fault planted) {
        this.scenario = scenario;
        this.random = new SplittableRandom(seed);
        this.tokens = new Random(seed);
        this.faults = new Faults(planted, seed);
        this.transport = new SimTransport(time, faults);
        codecs.put("compositor.v1.json", new SeenCodec(Codecs.json(), faults));
        codecs.put("compositor.v1.cbor", new SeenCodec(Codecs.cbor(), faults));
        journalComes();
        cameraComes();
        sceneComes();
        connectionsCome();
        endpointComes();
        broadcastComes();
        for (int i = 0; i < scenario.cameras(); i++) {
            Source source = new Source(this, i, random.split());
            sources.add(source);
            comes(source);
            source.start();
        }
        for (int i = 0; i < scenario.displays(); i++) {
            Screen screen = new Screen(this, i, random.split());
            screens.add(screen);
            screen.start();
        }
        time.after(TICK, this::tickCamera);
        time.after(TICK / 2, this::tickConnections);
        time.after(SECOND, this::look);
        planReplacement();
        wallsRandom = random.split();
        planWall();
    }

    /** Lets it go on for the time of the scenario, then come to rest. */
    void run() {
        time.runUntil(Timeline.START + scenario.seconds() * SECOND);
        quiet = true;
        screens.forEach(Screen::rest);
        sources.forEach(Source::rest);
        time.runUntil(time.getAsLong() + 100 * SECOND);
        screens.forEach(screen -> checked(screen, Screen::atRest));
    }

    /** For so many seconds more, without an end. */
    void goOn(long seconds) {
        time.runUntil(time.getAsLong() + seconds * SECOND);
    }

    private static void checked(Screen screen, Consumer<Screen> check) {
        try {
            check.accept(screen);
        } catch (Violation e) {
            throw new Violation(screen.name + ": " + e.getMessage());
        }
    }

    long calmFor() {
        for (int count : away) {
            if (count > 0) {
                return 0;
            }
        }
        return time.getAsLong() - calmSince;
    }

    // ---- clocks

    private void tickCamera() {
        time.after(TICK, this::tickCamera);
        if (camera != null) {
            camera.tick();
        }
    }

    private void tickConnections() {
        time.after(TICK, this::tickConnections);
        if (connections != null) {
            connections.tick();
        }
    }

    private void look() {
        time.after(SECOND, this::look);
        truth.checkLeases(journal != null && camera != null && calmFor() > 6 * SECOND);
    }

    // ---- walls

    /** Each wall changes now and then, or goes and comes again. */
    private void planWall() {
        time.after(wallsRandom.nextLong(4 * SECOND), () -> {
            if (!quiet) {
                planWall();
            }
            String name = Names.wall(wallsRandom.nextInt(Names.walls()));
            Change changed = walls.containsKey(name) && wallsRandom.nextInt(4) == 0
                    ? Changes.wallRemoved(name)
                    : Changes.wall(name, "display-" + wallsRandom.nextInt(9));
            if (changed instanceof Change.WallRemoved) {
                walls.remove(name);
            } else {
                walls.put(name, changed);
            }
            if (journal != null) {
                journal.append(changed, Fence.NONE);
            }
        });
    }

    /** Tells a new sequence of the walls as they stand. */
    private void tellWalls(Journal next) {
        walls.forEach((name, state) -> next.append(state, Fence.replacing(0)));
    }

    // ---- sources

    private void comes(Source source) {
        here.add(source);
        if (camera != null) {
            camera.add(source, source.id, source.priority);
        }
    }

    /** Its service goes, and comes again after a while. */
    void leaves(Source source, long nanos) {
        if (!here.remove(source)) {
            return;
        }
        history.note(source.id, "leaves");
        if (camera != null) {
            camera.remove(source);
        }
        time.after(nanos, () -> {
            history.note(source.id, "is back");
            comes(source);
        });
    }

    /** A socket that is dead, without anybody being told: in the end the network tells. */
    void silent(SimLink link) {
        time.after(120 * SECOND, link::breaks);
    }

    // ---- bundles

    private void planReplacement() {
        if (scenario.replaced() > 0) {
            time.after((long) (-Math.log(1 - random.nextDouble()) * scenario.replaced() * SECOND), this::replaceSome);
        }
    }

    private void replaceSome() {
        if (quiet) {
            return;
        }
        planReplacement();
        replace(Part.values()[random.nextInt(Part.values().length)]);
        if (random.nextInt(4) == 0) {
            replace(Part.values()[random.nextInt(Part.values().length)]);
        }
    }

    private void replace(Part part) {
        if (away[part.ordinal()] > 0) {
            return;
        }
        boolean beside = random.nextInt(3) == 0;
        long nanos = beside
                ? random.nextLong(20 * MILLI)
                : random.nextLong(random.nextInt(4) == 0 ? 3 * SECOND : SECOND / 2);
        history.note(
                "host",
                "replaces " + part + (beside ? ", the next one beside it, " : ", away ") + nanos / MILLI + " ms");
        begins(part);
        truth.renewAll();
        switch (part) {
            case JOURNAL -> {
                Journal old = journal;
                Journal oldForBroadcast = forBroadcast;
                if (beside) {
                    journalComes();
                    journalGoes(old, oldForBroadcast);
                    ends(part);
                } else {
                    journal = null;
                    forBroadcast = null;
                    journalGoes(old, oldForBroadcast);
                    time.after(nanos, () -> {
                        journalComes();
                        ends(part);
                    });
                }
            }
            case CAMERA -> {
                SimulatedCamera old = camera;
                if (beside) {
                    cameraComes();
                    time.after(nanos, () -> {
                        cameraGoes(old);
                        ends(part);
                    });
                } else {
                    camera = null;
                    cameraGoes(old);
                    time.after(nanos, () -> {
                        cameraComes();
                        ends(part);
                    });
                }
            }
            case SCENE -> {
                SimulatedScene old = scene;
                if (beside) {
                    sceneComes();
                    sceneGoes(old);
                    ends(part);
                } else {
                    scene = null;
                    sceneGoes(old);
                    time.after(nanos, () -> {
                        sceneComes();
                        ends(part);
                    });
                }
            }
            case CONNECTIONS -> {
                connectionsGo();
                time.after(nanos, () -> {
                    connectionsCome();
                    if (endpoint == null && away[Part.ENDPOINT.ordinal()] == 0) {
                        endpointComes();
                    }
                    ends(part);
                });
            }
            case BROADCAST -> {
                SimulatedBroadcast old = broadcasts.get(0);
                if (beside) {
                    broadcastComes();
                    time.after(nanos, () -> {
                        broadcastGoes(old);
                        ends(part);
                    });
                } else {
                    broadcastGoes(old);
                    time.after(nanos, () -> {
                        broadcastComes();
                        ends(part);
                    });
                }
            }
            case ENDPOINT -> {
                endpointGoes();
                time.after(nanos, () -> {
                    away[part.ordinal()]--;
                    if (endpoint == null && connections != null) {
                        endpointComes();
                    }
                    calmSince = time.getAsLong();
                });
            }
            case CODEC -> {
                Codec codec = codecs.get("compositor.v1.json");
                broadcasts.forEach(b -> b.removeCodec(codec));
                time.after(nanos, () -> {
                    generation++;
                    broadcasts.forEach(b -> b.addCodec(codec, generation));
                    ends(part);
                });
            }
        }
    }

    private void begins(Part part) {
        away[part.ordinal()]++;
    }

    private void ends(Part part) {
        away[part.ordinal()]--;
        truth.renewAll();
        calmSince = time.getAsLong();
    }

    private void later(Runnable task) {
        // the framework tells one after the other, while all goes on
        time.after(random.nextLong(2 * MILLI), task);
    }

    private void journalComes() {
        SimulatedBroadcast[] listeners = {null};
        Journal made = SimulatedJournal.of(scenario.cameraBytes(), scenario.orderedBytes(), this::appended, tokens);
        ring = made;
        Sequence sequence = truth.begin(made.epoch());
        Journal next = new SeenJournal(made, sequence, truth, faults, SeenJournal.By.OTHERS);
        Journal seen = new SeenJournal(made, sequence, truth, faults, SeenJournal.By.BROADCAST);
        journal = next;
        forBroadcast = seen;
        List<Runnable> told = new ArrayList<>(List.of(
                () -> ifHere(camera, c -> c.setJournal(next)),
                () -> ifHere(scene, s -> s.setJournal(next)),
                () -> tellWalls(next),
                () -> ifHere(connections, c -> c.journal(next)),
                () -> ifHere(endpoint, e -> e.setJournal(next)),
                () -> broadcasts.forEach(b -> b.setJournal(seen))));
        shuffled(told)
                .forEach(task -> later(() -> {
                    if (journal == next) {
                        task.run();
                    }
                }));
        history.note("host", "epoch " + made.epoch());
    }

    private void journalGoes(Journal old, Journal oldForBroadcast) {
        List<Runnable> told = new ArrayList<>(List.of(
                () -> ifHere(camera, c -> c.unsetJournal(old)),
                () -> ifHere(scene, s -> s.unsetJournal(old)),
                () -> ifHere(connections, c -> c.journal(journal)),
                () -> ifHere(endpoint, e -> e.unsetJournal(old)),
                () -> broadcasts.forEach(b -> b.unsetJournal(oldForBroadcast))));
        shuffled(told).forEach(this::later);
    }

    private List<Runnable> shuffled(List<Runnable> tasks) {
        for (int i = tasks.size() - 1; i > 0; i--) {
            Runnable task = tasks.get(i);
            int other = random.nextInt(i + 1);
            tasks.set(i, tasks.get(other));
            tasks.set(other, task);
        }
        return tasks;
    }

    private static <T> void ifHere(T part, Consumer<T> task) {
        if (part != null) {
            task.accept(part);
        }
    }

    private void appended() {
        for (int i = 0; i < broadcasts.size(); i++) {
            broadcasts.get(i).journal().appended();
        }
    }

    private LongSupplier leaseClock() {
        return faults.on(Fault.LEASES_END_EARLY)
                ? () -> Timeline.START + 3 * time.passed()
                : faults.on(Fault.LEASES_DO_NOT_END) ? () -> Timeline.START : time;
    }

    private void cameraComes() {
        SimulatedCamera next = new SimulatedCamera(leaseClock(), time::micros);
        camera = next;
        if (journal != null) {
            next.setJournal(journal);
        }
        here.forEach(source -> next.add(source, source.id, source.priority));
        CameraBridge bridge = next.bridge();
        ifHere(scene, s -> s.cameras(bridge));
        ifHere(connections, c -> c.cameras(bridge));
        ifHere(endpoint, e -> e.setCameras(bridge));
    }

    private void cameraGoes(SimulatedCamera old) {
        CameraBridge now = camera == null ? null : camera.bridge();
        ifHere(scene, s -> s.cameras(now));
        ifHere(connections, c -> c.cameras(now));
        ifHere(endpoint, e -> e.unsetCameras(old.bridge()));
        // first the component is told to stop, then its references go
        old.stop();
        here.forEach(old::remove);
    }

    private void sceneComes() {
        if (scene != null) {
            // it is written four times a second
            stored = scene.scene();
        }
        SimulatedScene next =
                new SimulatedScene(faults.on(Fault.SCENE_IS_FORGOTTEN) ? Scene.EMPTY : stored, time::micros);
        scene = next;
        if (journal != null) {
            next.setJournal(journal);
        }
        if (camera != null) {
            next.cameras(camera.bridge());
        }
        ifHere(connections, c -> c.scene(next));
        ifHere(endpoint, e -> e.setScene(next));
    }

    private void sceneGoes(SimulatedScene old) {
        ifHere(connections, c -> c.scene(scene));
        ifHere(endpoint, e -> e.unsetScene(old));
        stored = old.scene();
        if (journal != null) {
            old.unsetJournal(journal);
        }
    }

    private void connectionsCome() {
        SimulatedConnections next = new SimulatedConnections(transport, codecs, folder, time, time::micros, tokens);
        connections = next;
        next.journal(journal);
        next.cameras(camera == null ? null : camera.bridge());
        next.scene(scene);
        transport.add(next);
    }

    private void connectionsGo() {
        if (endpoint != null) {
            endpointGoes();
        }
        SimulatedConnections old = connections;
        connections = null;
        transport.remove(old);
        old.stop(folder);
        if (faults.on(Fault.SESSIONS_ARE_LOST)) {
            folder.lose();
        }
    }

    private void endpointComes() {
        SimulatedEndpoint next = new SimulatedEndpoint(time, time::micros, codecs);
        endpoint = next;
        next.transport(transport);
        next.setConnections(connections.manager());
        if (journal != null) {
            next.setJournal(journal);
        }
        if (camera != null) {
            next.setCameras(camera.bridge());
        }
        if (scene != null) {
            next.setScene(scene);
        }
        transport.add(next.listener());
        transport.handler(next.handler());
    }

    private void endpointGoes() {
        if (endpoint == null) {
            return;
        }
        SimulatedEndpoint old = endpoint;
        endpoint = null;
        transport.handler(null);
        transport.remove(old.listener());
        old.stop();
    }

    private void broadcastComes() {
        if (faults.active()) {
            transport.links().forEach(link -> {
                if (faults.on(Fault.ATTRIBUTES_LOSE_SUBSCRIPTION)) {
                    link.attributes().remove("subscription");
                }
            });
        }
        SimulatedBroadcast next = new SimulatedBroadcast(
                transport, scenario.writers(), time, time::micros, new SimulatedBroadcast.Schedule() {
                    @Override
                    public void after(long nanos, Runnable task) {
                        time.after(nanos, task);
                    }

                    @Override
                    public long wakes() {
                        return random.nextInt(500) == 0 ? random.nextLong(80 * MILLI) : random.nextLong(MILLI / 2);
                    }
                });
        broadcasts.add(next);
        codecs.values().forEach(codec -> next.addCodec(codec, generation));
        if (forBroadcast != null) {
            next.setJournal(forBroadcast);
        }
        transport.add(next.links());
    }

    private void broadcastGoes(SimulatedBroadcast old) {
        broadcasts.remove(old);
        transport.remove(old.links());
        old.stop();
    }
}
