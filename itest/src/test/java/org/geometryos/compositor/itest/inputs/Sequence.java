package org.geometryos.compositor.itest.inputs;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.RawDisplay;

/**
 * The whole sequence as a display gets it that takes every update, what the test did in between, and the judgement on
 * it by what docs/sources.md says of leases and priorities.
 */
final class Sequence implements AutoCloseable {
    private static final Pattern X = Pattern.compile("\"position\":\\[([^,]+),");
    static final String RELEASE = "release";
    static final String FORCE = "force";

    private final String camera;
    private final RawDisplay socket;
    private final Thread reader;
    // guarded by this
    /** Messages as they came, and marks. */
    private final List<String> all = new ArrayList<>();

    private final Map<String, Long> views = new HashMap<>();

    Sequence(String camera, String... headers) throws IOException {
        this.camera = camera;
        socket = new RawDisplay(Host.port(), 0, null, headers);
        socket.hello("sequence");
        socket.send("{\"type\":\"subscribe\",\"cameras\":[\"*\"],\"scene\":true,\"presence\":true,"
                + "\"delivery\":\"every\"}");
        all.add(socket.message("snapshot"));
        reader = new Thread(this::read, "itest-sequence");
        reader.start();
    }

    private void read() {
        try {
            while (true) {
                String message = socket.message();
                if (!RawDisplay.type(message).equals("heartbeat")) {
                    keep(message);
                }
            }
        } catch (IOException e) {
            // it is closed
        }
    }

    private synchronized void keep(String message) {
        all.add(message);
        if (isView(message)) {
            views.merge(RawDisplay.string(message, "source"), 1L, Long::sum);
        }
    }

    private boolean isView(String message) {
        return RawDisplay.type(message).equals("camera")
                && RawDisplay.string(message, "camera").equals(camera);
    }

    /** How many views of a contestant there are. */
    synchronized long views(String source) {
        return views.getOrDefault(source, 0L);
    }

    /** The views of a contestant: the number that its sample has, and that in the sequence. */
    synchronized Map<Long, Long> samples(String source) {
        return all.stream()
                .filter(this::isView)
                .filter(message -> RawDisplay.string(message, "source").equals(source))
                .collect(Collectors.toMap(
                        message -> RawDisplay.number(message, "sample"), message -> RawDisplay.number(message, "seq")));
    }

    /** From here on a holder may lose the camera, once, whoever gets it. */
    void mayLose(String holder) {
        mark(RELEASE, holder);
    }

    /** From here on somebody may have it by force, once; then no priority takes it back. */
    void mayForce(String name) {
        mark(FORCE, name);
    }

    private synchronized void mark(String what, String name) {
        all.add(mark(what, name, TimeOfDay.micros()));
    }

    static String mark(String what, String name, long micros) {
        return "{\"type\":\"mark-" + what + "\",\"name\":\"" + name + "\",\"micros\":" + micros + "}";
    }

    /** Whoever the sequence names as holder is the only one who moves the camera, and holds it by right. */
    synchronized void judge(List<Contestant> contestants) {
        new Judge(camera, contestants).hear(all);
    }

    @Override
    public void close() throws Exception {
        socket.close();
        reader.join(5_000);
    }

    /** Hears one camera's part of a sequence once. */
    static final class Judge {
        private final String camera;
        private final Map<String, Contestant> contestants;
        private final Set<String> mayLose = new HashSet<>();
        private final Map<String, Long> mayForce = new HashMap<>();
        private String holder = "";
        private String session = "";
        private boolean forced;
        /** When the holder moved the camera last, or took it by force. */
        private long active;

        private String driver = "";
        /** Who has lost the camera by nothing but silence, and when the silence began. */
        private Contestant silent;

        private long silentSince;

        Judge(String camera, List<Contestant> contestants) {
            this.camera = camera;
            this.contestants = contestants.stream().collect(Collectors.toMap(one -> one.name, Function.identity()));
        }

        /**
         * @param messages a snapshot, and what came behind it, with marks; throws an AssertionError at the first flaw
         */
        void hear(List<String> messages) {
            long seq = RawDisplay.number(messages.get(0), "seq");
            for (String message : messages.subList(1, messages.size())) {
                String type = RawDisplay.type(message);
                if (type.equals("mark-" + RELEASE)) {
                    mayLose.add(RawDisplay.string(message, "name"));
                } else if (type.equals("mark-" + FORCE)) {
                    mayForce.put(RawDisplay.string(message, "name"), RawDisplay.number(message, "micros"));
                } else {
                    assertEquals("the next number of the sequence in " + message, seq + 1, seq = number(message));
                    if (RawDisplay.string(message, "camera").equals(camera)) {
                        hear(type, message);
                    }
                }
            }
        }

        private long number(String message) {
            return RawDisplay.number(message, "seq");
        }

        private void hear(String type, String message) {
            switch (type) {
                case "control" ->
                    control(RawDisplay.string(message, "holder"), RawDisplay.string(message, "session"), message);
                case "camera" -> view(message);
                default -> throw new AssertionError("not expected: " + message);
            }
        }

        private void control(String next, String nextSession, String message) {
            assertNotEquals("control comes with another holder only: " + message, holder, next);
            boolean byForce = mayForce.containsKey(next);
            boolean released = mayLose.remove(holder);
            if (!holder.isEmpty() && !released && !byForce && !outranked(next, message)) {
                silent = contestants.get(holder);
                silentSince = active;
            }
            if (byForce) {
                active = mayForce.remove(next);
            }
            forced = byForce;
            holder = next;
            session = nextSession;
        }

        private boolean outranked(String next, String message) {
            if (next.isEmpty() || forced) {
                return false;
            }
            return contestant(next, message).priority > contestant(holder, message).priority;
        }

        private Contestant contestant(String name, String message) {
            assertNotNull("a contestant in " + message, contestants.get(name));
            return contestants.get(name);
        }

        private void view(String message) {
            String source = RawDisplay.string(message, "source");
            assertEquals("who drives and who holds: " + message, holder, source);
            assertEquals("the session that drives and that holds: " + message, session, origin(message));
            Matcher x = X.matcher(message);
            assertTrue(message, x.find());
            assertEquals(
                    "whose view it is: " + message, contestant(source, message).x, Double.parseDouble(x.group(1)), 0);
            assertTrue(
                    "the first view of another source cuts: " + message,
                    driver.isEmpty()
                            || driver.equals(source)
                            || !session.isEmpty()
                            || message.contains("\"cut\":true"));
            long received = RawDisplay.number(message, "received");
            if (silent != null) {
                assertTrue(
                        silent.name + " lost the camera after " + (received - silentSince) + " us: " + message,
                        received - silentSince >= silent.silence());
                silent = null;
            }
            driver = source;
            active = received;
        }

        private String origin(String message) {
            return RawDisplay.string(message, "origin");
        }
    }
}
