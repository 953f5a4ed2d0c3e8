package org.geometryos.compositor.broadcast;

import static org.geometryos.compositor.broadcast.Stage.latest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.geometryos.compositor.api.connection.Delivery;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.connection.Subscription.Topic;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random schedules with fixed seeds: cameras move, displays are busy, ask for something else, come back on another
 * socket, broadcasters take over from each other. Each display checks all it gets ({@link Viewer}).
 */
class ShardModelTest {
    private static final String[] CAMERAS = {"a", "b", "c", "d/e"};
    private static final String[] WALLS = {"main", "side"};
    private static final int STEPS = 700;
    private static final int SCHEDULES = 15;

    /** What may happen in a schedule. */
    private enum Event {
        HAND_OVER,
        SIDE_BY_SIDE,
        RESUME,
        NEW_EPOCH
    }

    /**
     * A kind of schedule.
     *
     * @param maxViews what the journal holds of views
     * @param maxOrdered what it holds of ordered entries
     */
    private record Play(Set<Event> events, int maxViews, int maxOrdered) {
        static Play of(Event... events) {
            return new Play(Set.of(events), ENDLESS, ENDLESS);
        }

        boolean may(Event event) {
            return events.contains(event);
        }

        boolean bounded() {
            return maxViews < ENDLESS;
        }
    }

    private static final int ENDLESS = Integer.MAX_VALUE;

    @ParameterizedTest
    @ValueSource(ints = {0, 30, 60, 90})
    void displaysGetWhatTheyAskedForHoweverBusyTheyAre(int seed) {
        play(seed, SCHEDULES, Play.of());
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1030, 1060, 1090})
    void nothingIsLostOrSentTwiceWhenOneBroadcasterFollowsAnother(int seed) {
        play(seed, SCHEDULES, Play.of(Event.HAND_OVER));
    }

    @ParameterizedTest
    @ValueSource(ints = {2000, 2030, 2060, 2090})
    void nothingIsLostOrSentTwiceWhenBroadcastersRunSideBySide(int seed) {
        play(seed, SCHEDULES, Play.of(Event.HAND_OVER, Event.SIDE_BY_SIDE));
    }

    @ParameterizedTest
    @ValueSource(ints = {3000, 3030, 3060, 3090})
    void sessionsGoOnWhereTheyWereOnAnotherSocket(int seed) {
        play(seed, SCHEDULES, Play.of(Event.HAND_OVER, Event.SIDE_BY_SIDE, Event.RESUME));
    }

    @ParameterizedTest
    @ValueSource(ints = {4000, 4030, 4060, 4090})
    void aNewEpochIsASnapshotWhateverElseHappens(int seed) {
        play(seed, SCHEDULES, Play.of(Event.HAND_OVER, Event.SIDE_BY_SIDE, Event.NEW_EPOCH));
    }

    @ParameterizedTest
    @ValueSource(ints = {5000, 5030, 5060, 5090})
    void whatIsGoneIsRefusedToTheLastEntry(int seed) {
        play(seed, SCHEDULES, new Play(Set.of(), 25, 12));
    }

    private static void play(int seed, int count, Play what) {
        for (int i = 0; i < count; i++) {
            try {
                new Schedule(seed + i, what).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + (seed + i) + ": " + e.getMessage(), e);
            }
        }
    }

    private static final class Schedule {
        private final Random random;
        private final Play what;
        private final Map<String, FakeJournal> journals = new HashMap<>();
        private final Stage stage;
        private final List<Viewer> viewers = new ArrayList<>();
        private int epochs;

        Schedule(int seed, Play what) {
            this.random = new Random(seed);
            this.what = what;
            this.stage = new Stage(journal());
            for (int i = 0; i < 5; i++) {
                Viewer viewer = new Viewer("s-" + i, stage.journal.epoch(), journals::get, what.bounded());
                viewer.connect(stage.link(viewer.session));
                viewers.add(viewer);
            }
        }

        private FakeJournal journal() {
            FakeJournal journal = new FakeJournal("epoch-" + epochs++, what.maxViews, what.maxOrdered);
            journals.put(journal.epoch(), journal);
            return journal;
        }

        void run() {
            for (int i = 0; i < STEPS; i++) {
                step();
                if (what.bounded()) {
                    // the shard itself keeps up
                    stage.settle();
                }
            }
            for (Viewer viewer : viewers) {
                viewer.link.busy(false);
            }
            stage.settle();
            stage.pass(4_000);
            stage.clock.passMillis(10_000);
            stage.settle();
            viewers.forEach(v -> v.atRest(stage.journal));
        }

        private Viewer viewer() {
            return viewers.get(random.nextInt(viewers.size()));
        }

        private void step() {
            int dice = random.nextInt(100);
            if (dice < 40) {
                change();
            } else if (dice < 60) {
                stage.shards.get(random.nextInt(stage.shards.size())).turn();
            } else if (dice < 70) {
                stage.clock.passMillis(random.nextInt(random.nextInt(20) == 0 ? 3_000 : 40));
            } else if (dice < 84) {
                Viewer viewer = viewer();
                viewer.link.busy(!viewer.link.busy());
            } else if (dice < 90) {
                viewer().read(random.nextInt(20));
            } else if (dice < 94) {
                ask();
            } else if (dice < 96) {
                handOver();
            } else if (dice < 98) {
                resume();
            } else if (random.nextInt(6) == 0 && what.may(Event.NEW_EPOCH)) {
                stage.journal = journal();
            }
        }

        private void change() {
            String camera = CAMERAS[random.nextInt(CAMERAS.length)];
            int dice = random.nextInt(20);
            if (random.nextInt(8) == 0) {
                stage.transact(
                        "m-" + random.nextInt(5),
                        random.nextInt(3) > 0 ? camera : null,
                        random.nextInt(3) == 0 ? viewer().session : null);
            } else if (dice == 19 && random.nextBoolean()) {
                stage.present(
                        random.nextBoolean() ? viewer().session : "x-" + random.nextInt(4),
                        random.nextInt(3) > 0,
                        random.nextBoolean());
            } else if (random.nextInt(12) == 0) {
                String wall = WALLS[random.nextInt(WALLS.length)];
                if (random.nextInt(4) == 0) {
                    stage.wall(wall);
                } else {
                    stage.wall(wall, "left", "x-" + random.nextInt(9));
                }
            } else if (dice < 16) {
                for (int n = random.nextInt(random.nextInt(10) == 0 ? 60 : 3); n >= 0; n--) {
                    stage.move(camera, random.nextInt(3) == 0 ? viewer().session : null);
                    if (what.bounded() && n % 8 == 0) {
                        stage.settle();
                    }
                }
            } else if (dice < 19) {
                stage.hold(camera, random.nextBoolean() ? "holder-" + random.nextInt(9) : null);
            } else {
                stage.remove(camera);
            }
        }

        private void ask() {
            Viewer viewer = viewer();
            viewer.readAll();
            if (viewer.waits()) {
                return;
            }
            Subscription next = random.nextInt(12) == 0 ? Subscription.NONE : some();
            stage.subscribe(viewer.link, next, (int) viewer.ask(next));
        }

        private Subscription some() {
            List<String> cameras = new ArrayList<>(List.of(CAMERAS));
            while (cameras.size() > 1 && random.nextInt(3) == 0) {
                cameras.remove(random.nextInt(cameras.size()));
            }
            String[] names = random.nextInt(3) == 0 ? new String[0] : cameras.toArray(String[]::new);
            boolean every = random.nextInt(3) == 0;
            double rate = every || random.nextBoolean() ? 0 : new double[] {0.5, 3, 30, 240}[random.nextInt(4)];
            boolean echo = random.nextInt(3) > 0;
            boolean noCameras = random.nextInt(8) == 0;
            Subscription wanted = noCameras ? Subscription.NONE : latest(names);
            if (random.nextInt(3) == 0) {
                wanted = wanted.with(Topic.SCENE);
            }
            if (noCameras || random.nextInt(3) == 0) {
                wanted = wanted.with(Topic.PRESENCE);
            }
            if (random.nextInt(3) == 0) {
                wanted = random.nextBoolean()
                        ? wanted.with(Topic.ALL_WALLS)
                        : wanted.withWalls(Set.of(WALLS[random.nextInt(WALLS.length)]));
            }
            if (every) {
                wanted = wanted.with(Delivery.EVERY);
            }
            if (rate > 0) {
                wanted = wanted.withRate(rate);
            }
            return echo ? wanted : wanted.withoutEcho();
        }

        private void handOver() {
            if (!what.may(Event.HAND_OVER)) {
                return;
            }
            if (stage.shards.size() > 1) {
                stage.end(stage.shards.get(random.nextInt(stage.shards.size())));
                return;
            }
            Shard old = stage.shards.get(0);
            if (what.may(Event.SIDE_BY_SIDE) && random.nextBoolean()) {
                stage.shard();
            } else {
                old.moveIdleCursors();
                stage.shards.remove(old);
                stage.shard();
            }
        }

        private void resume() {
            Viewer viewer = viewer();
            if (!what.may(Event.RESUME) || viewer.waits()) {
                return;
            }
            viewer.read(random.nextInt(30));
            viewer.link.end();
            for (int n = random.nextInt(5); n > 0; n--) {
                change();
            }
            long head = stage.journal.head();
            viewer.resume(stage.resumed(viewer.session, viewer.subscription, viewer.applied), head);
        }
    }
}
