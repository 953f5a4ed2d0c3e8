package org.geometryos.compositor.itest.attack;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.geometryos.compositor.itest.Stalls;
import org.geometryos.compositor.itest.Waiting;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Four clients ask for as much work as they can, each kind in its turn, most of them with a key of role {@code view}.
 * An innocent display keeps its rate.
 */
class ComputingAttackIT {
    private static final int HOSTILE = 4;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /**
     * What must be left of the part of all updates that it gets; the machine may have other things to do, and the
     * clients take their part of it.
     */
    private static final double LEFT = Host.FULL ? 0.9 : 0.6;

    private static final int SECONDS = 4;
    private static final int WINDOWS = 6;

    private static Host host;
    private static Stage stage;

    /** What they do, as fast as the host takes it. */
    enum Work implements Kind {
        /** Everything, nothing, everything: a snapshot of some hundred kilobytes each time. */
        SUBSCRIPTIONS {
            @Override
            String next(long n) {
                return n % 2 == 0
                        ? "{\"type\":\"subscribe\",\"cameras\":[\"*\"],\"scene\":true,\"presence\":true,\"rate\":"
                                + (1 + n % 900) + "}"
                        : "{\"type\":\"unsubscribe\"}";
            }
        },

        /** Another rate and another echo each time: what was subscribed stays. */
        RATES {
            @Override
            String next(long n) {
                return "{\"type\":\"subscribe\",\"cameras\":[\"*\"],\"scene\":true,\"presence\":true,\"echo\":"
                        + (n % 2 == 0) + ",\"rate\":" + (1 + n % 999) + "}";
            }
        },

        /** Half of the cameras and the other half, in turns, and every other time each update. */
        OTHER_CAMERAS {
            @Override
            String next(long n) {
                return "{\"type\":\"subscribe\",\"cameras\":["
                        + IntStream.range(0, 150)
                                .mapToObj(i -> "\"furniture/" + (n % 2 * 150 + i) + "\"")
                                .collect(Collectors.joining(","))
                        + "],\"delivery\":\"" + (n % 4 < 2 ? "every" : "latest") + "\"}";
            }
        },

        /** A camera taken and given back, with a key of role {@code control}. */
        CONTROL {
            @Override
            public String handshake(Socket socket, int port) {
                return Socket.handshake(port, "control");
            }

            @Override
            String next(long n) {
                return "{\"type\":\"control\",\"camera\":\"furniture/7\",\"action\":\""
                        + (n % 2 == 0 ? "take" : "release") + "\"}";
            }
        },

        /** Who holds a camera is asked for it, with a key of role {@code control}. */
        ASK {
            @Override
            public String handshake(Socket socket, int port) {
                return Socket.handshake(port, "control");
            }

            @Override
            String next(long n) {
                return "{\"type\":\"control\",\"id\":" + n + ",\"camera\":\"" + Innocent.CAMERA
                        + "\",\"action\":\"ask\"}";
            }
        },

        /** Others each time. */
        SETTINGS {
            @Override
            String next(long n) {
                return "{\"type\":\"settings\",\"settings\":{\"width\":" + (1 + n % 9_999) + ",\"title\":\""
                        + "t".repeat(200) + "\"}}";
            }
        },

        /** Nearly 64 KiB of empty objects, which are nothing that anybody knows. */
        LONG_MESSAGES {
            private final String empty = "{},".repeat(21_000) + "{}";

            @Override
            String next(long n) {
                return "{\"type\":\"ping\",\"t0\":1,\"x\":[" + empty + "]}";
            }
        },

        /** What a view may not do, each answered by an error. */
        FORBIDDEN {
            @Override
            String next(long n) {
                return "{\"type\":\"control\",\"id\":" + n + ",\"camera\":\"x\",\"action\":\"take\"}";
            }
        },

        /** Pings of the WebSocket. */
        PINGS {
            @Override
            String next(long n) {
                return null;
            }
        };

        private static final int AHEAD = 200;
        private static final byte[] PING = Socket.frame(0x80 | Socket.PING, 8, new byte[8]);

        abstract String next(long n);

        @Override
        public void opened(Socket socket) {
            socket.send("{\"type\":\"hello\",\"display\":\"" + name() + "-" + socket.number + "\"}");
        }

        /** All that the host takes: what it does not take waits here. */
        @Override
        public void tick(Socket socket, long now) {
            for (int i = 0; i < AHEAD && socket.sent(); i++) {
                String next = next(socket.state++);
                if (next == null) {
                    socket.raw(PING);
                } else {
                    socket.send(next);
                }
            }
        }
    }

    @BeforeAll
    static void start() throws Exception {
        host = new Host("computing", Map.of());
        stage = new Stage(host.port());
        stage.furnish();
    }

    @AfterAll
    static void stop() throws Exception {
        stage.close();
        host.close();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"SUBSCRIPTIONS", "SETTINGS", "LONG_MESSAGES"})
    void innocentDisplayKeepsItsRate(Work work) throws Exception {
        keepsItsRate(work);
    }

    @Tag("attack")
    @ParameterizedTest(name = "{0}")
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"SUBSCRIPTIONS", "SETTINGS", "LONG_MESSAGES"})
    void innocentDisplayKeepsItsRateWhateverElseIsDone(Work work) throws Exception {
        keepsItsRate(work);
    }

    private static void keepsItsRate(Work work) throws Exception {
        measured(() -> {
            Crowd crowd = new Crowd(host.port(), HOSTILE, work);
            Waiting.until(LIMIT, () -> "all to come: " + crowd, crowd::came);
            return crowd;
        });
    }

    @Tag("attack")
    @ParameterizedTest(name = "{0}")
    @EnumSource(Storm.Way.class)
    void innocentDisplayKeepsItsRateInAStorm(Storm.Way way) throws Exception {
        measured(() -> {
            Storm storm = new Storm(host.port(), HOSTILE, way);
            Waiting.until(LIMIT, () -> "its beginning: " + storm, () -> storm.rounds() > 50 * HOSTILE);
            return storm;
        });
    }

    /** How much of the movement since then the display has got: the operator may be held up by the machine as well. */
    private static double part(Innocent innocent, long moved) {
        return innocent.updates() / (double) Math.max(1, stage.moves() - moved);
    }

    private static void measured(Callable<AutoCloseable> attack) throws Exception {
        try (Innocent innocent = new Innocent(host.port(), "view", "innocent");
                Stalls stalls = new Stalls()) {
            innocent.await(100);
            innocent.reset();
            long moved = stage.moves();
            TimeUnit.SECONDS.sleep(SECONDS);
            double calm = part(innocent, moved);
            innocent.reset();
            try (AutoCloseable hostile = attack.call()) {
                double best = 0;
                // other work of the machine may spoil a window, but not one after the other
                for (int window = 0; window < WINDOWS && best < LEFT * calm; window++) {
                    innocent.reset();
                    long stalled = stalls.millis();
                    moved = stage.moves();
                    TimeUnit.SECONDS.sleep(SECONDS);
                    double attacked = part(innocent, moved);
                    long standstill = stalls.millis() - stalled;
                    System.out.println(hostile + "; innocent: " + innocent + "; of the updates " + attacked
                            + ", without: " + calm + "; machine stalled " + standstill + " ms");
                    assertNull(innocent.ended(), "the innocent display was closed");
                    // what the machine stood still is not the host's
                    best = Math.max(best, attacked * SECONDS * 1_000 / Math.max(1, SECONDS * 1_000 - standstill));
                }
                assertTrue(best >= LEFT * calm, best + " of the updates, without: " + calm);
            }
        }
        host.assertSound();
    }
}
