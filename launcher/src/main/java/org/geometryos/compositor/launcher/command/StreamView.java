package org.geometryos.compositor.launcher.command;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.client.ClockEstimate;
import org.geometryos.compositor.client.Closed;
import org.geometryos.compositor.protocol.ServerMessage;

/** What {@code compositor connect} knows of the stream, in words. Told by the client's thread, read by another. */
final class StreamView {
    /** How many cameras are shown; the rest is counted. */
    static final int MAX_SHOWN = 20;
    /** How many cameras are kept, events too. */
    private static final int MAX_CAMERAS = 1_000;

    private static final int MAX_EVENTS = 100;
    private static final long RATE_NANOS = 1_000_000_000L;
    /** How long the age of the last update says something of the stream. */
    private static final long AGED_NANOS = 5_000_000_000L;
    /** A time further ahead than this is the source's mistake (protocol, "Time"); microseconds. */
    private static final long AHEAD = 1_000_000;

    private static final View.Visitor<String, RuntimeException> WORDS = new View.Visitor<>() {
        @Override
        public String view2d(View2d flat) {
            return String.format(
                    Locale.ROOT,
                    "2d (%.1f, %.1f) zoom %.3g rotation %.3f",
                    flat.x(),
                    flat.y(),
                    flat.zoom(),
                    flat.rotation());
        }

        @Override
        public String view3d(View3d space) {
            return String.format(
                    Locale.ROOT,
                    "3d (%.3f, %.3f, %.3f) orientation (%.3f, %.3f, %.3f, %.3f)",
                    space.position().x(),
                    space.position().y(),
                    space.position().z(),
                    space.orientation().x(),
                    space.orientation().y(),
                    space.orientation().z(),
                    space.orientation().w());
        }
    };

    /** The figures that the client counts itself. */
    record Figures(long gaps, long reconnects, Optional<ClockEstimate> clock) {}

    // guarded by this
    private final Map<String, Camera> cameras = new TreeMap<>();
    private final ArrayDeque<String> events = new ArrayDeque<>();
    private String state = "connecting";
    private String display = "";
    private long superseded;

    private static final class Camera {
        String view = "";
        boolean aged;
        long age;
        /** When the last update came, by the clock for rates. */
        long heard;

        long updates;
        long markedUpdates;
        long marked;
        double rate;
    }

    synchronized void connected(ServerMessage.Welcome welcome) {
        display = Console.plain(welcome.display());
        state = "open";
        superseded = 0;
        event((welcome.resumed() ? "resumed" : "connected") + " as " + display + " to "
                + Console.plain(welcome.server().name()) + " "
                + Console.plain(welcome.server().version()) + ", role "
                + welcome.role().word());
    }

    synchronized void disconnected(Closed closed, String why) {
        closed.reconnectIn().ifPresent(millis -> {
            state = "waiting";
            cameras.values().forEach(camera -> {
                // nothing of the time without a connection is to be seen in the rate and the age of what comes behind
                // it
                camera.rate = 0;
                camera.aged = false;
            });
            event("disconnected: " + why + "; again in " + millis + " ms");
        });
    }

    /**
     * @param now our wall clock, microseconds
     * @param nanos a clock for rates
     */
    synchronized void message(ServerMessage message, long now, long nanos, Optional<ClockEstimate> clock) {
        message.accept(new Telling(now, nanos, clock));
    }

    /** Says what a message says. */
    private final class Telling implements ServerMessage.Visitor<Void, RuntimeException> {
        private final long now;
        private final long nanos;
        private final Optional<ClockEstimate> clock;

        Telling(long now, long nanos, Optional<ClockEstimate> clock) {
            this.now = now;
            this.nanos = nanos;
            this.clock = clock;
        }

        @Override
        public Void camera(ServerMessage.Camera camera) {
            update(camera.state(), now, nanos, clock, true);
            return null;
        }

        @Override
        public Void snapshot(ServerMessage.Snapshot snapshot) {
            if (snapshot.all()) {
                cameras.clear();
            }
            snapshot.cameras().forEach(camera -> update(camera.state(), now, nanos, clock, false));
            return null;
        }

        @Override
        public Void cameraRemoved(ServerMessage.CameraRemoved removed) {
            cameras.remove(removed.camera());
            event("camera " + removed.camera() + " is gone");
            return null;
        }

        @Override
        public Void heartbeat(ServerMessage.Heartbeat heartbeat) {
            superseded = heartbeat.superseded();
            return null;
        }

        @Override
        public Void notice(ServerMessage.Notice notice) {
            event("notice (" + notice.level().word() + "): " + Console.plain(notice.text()));
            return null;
        }

        @Override
        public Void goodbye(ServerMessage.Goodbye goodbye) {
            event("goodbye (" + goodbye.code() + "): " + Console.plain(goodbye.reason()));
            return null;
        }

        @Override
        public Void error(ServerMessage.Error error) {
            event("error " + error.code().word() + ": " + Console.plain(error.message()));
            return null;
        }

        @Override
        public Void display(ServerMessage.Display change) {
            Presence presence = change.presence();
            event("display " + Console.plain(presence.display()) + " "
                    + presence.action().name().toLowerCase(Locale.ROOT)
                    + (presence.action() == Presence.Action.CHANGED
                            ? presence.connected() ? ", connected" : ", not connected"
                            : "")
                    + presence.reason()
                            .map(reason -> ": " + Console.plain(reason))
                            .orElse(""));
            return null;
        }

        // what the client tells by itself, or what this view does not show

        @Override
        public Void welcome(ServerMessage.Welcome message) {
            return null;
        }

        @Override
        public Void ack(ServerMessage.Ack message) {
            return null;
        }

        @Override
        public Void control(ServerMessage.Control message) {
            return null;
        }

        @Override
        public Void scene(ServerMessage.Scene message) {
            return null;
        }

        @Override
        public Void tiles(ServerMessage.Tiles message) {
            return null;
        }

        @Override
        public Void asked(ServerMessage.Asked message) {
            return null;
        }

        @Override
        public Void wall(ServerMessage.Wall message) {
            return null;
        }

        @Override
        public Void wallRemoved(ServerMessage.WallRemoved message) {
            return null;
        }

        @Override
        public Void assigned(ServerMessage.Assigned message) {
            return null;
        }

        @Override
        public Void pong(ServerMessage.Pong message) {
            return null;
        }

        @Override
        public Void gap(ServerMessage.Gap message) {
            return null;
        }
    }

    /** @param moving not a state that stood already, which says nothing of rate and age */
    private void update(CameraState update, long now, long nanos, Optional<ClockEstimate> clock, boolean moving) {
        Camera camera = cameras.get(update.camera());
        if (camera == null) {
            if (cameras.size() == MAX_CAMERAS) {
                return;
            }
            camera = new Camera();
            camera.marked = nanos;
            cameras.put(update.camera(), camera);
        }
        camera.view = update.view().accept(WORDS);
        if (moving) {
            camera.updates++;
            long taken = update.time() > update.received() + AHEAD ? update.received() : update.time();
            camera.aged = clock.isPresent();
            camera.heard = nanos;
            camera.age = now + clock.map(ClockEstimate::offset).orElse(0L) - taken;
        }
    }

    private void event(String line) {
        if (events.size() == MAX_EVENTS) {
            events.removeFirst();
        }
        events.addLast(line);
    }

    /** What happened since the last call. */
    synchronized List<String> events() {
        List<String> all = new ArrayList<>(events);
        events.clear();
        return all;
    }

    /** Everything in one line. */
    synchronized String line(long nanos, Figures figures) {
        StringBuilder line = new StringBuilder(head(nanos, figures));
        shown().forEach((name, camera) -> line.append(" | ")
                .append(name)
                .append(' ')
                .append(rate(camera))
                .append(' ')
                .append(age(camera))
                .append(' ')
                .append(camera.view));
        return line.append(rest()).toString();
    }

    /** A line for the connection, and one for each camera. */
    synchronized List<String> block(long nanos, Figures figures) {
        List<String> lines = new ArrayList<>(List.of(head(nanos, figures)));
        List<List<String>> rows = new ArrayList<>();
        shown().forEach((name, camera) -> rows.add(List.of(name, rate(camera), age(camera), camera.view)));
        if (!rows.isEmpty()) {
            lines.addAll(Table.lines(List.of("CAMERA", "RATE", "AGE", "VIEW"), rows));
        }
        if (!rest().isEmpty()) {
            lines.add(rest().strip());
        }
        return lines;
    }

    private Map<String, Camera> shown() {
        Map<String, Camera> some = new TreeMap<>();
        cameras.entrySet().stream().limit(MAX_SHOWN).forEach(entry -> some.put(entry.getKey(), entry.getValue()));
        return some;
    }

    private String rest() {
        return cameras.size() > MAX_SHOWN ? " and " + (cameras.size() - MAX_SHOWN) + " more" : "";
    }

    private String head(long nanos, Figures figures) {
        double all = 0;
        for (Camera camera : cameras.values()) {
            if (nanos - camera.marked >= RATE_NANOS) {
                camera.rate = (camera.updates - camera.markedUpdates) * 1e9 / (nanos - camera.marked);
                camera.marked = nanos;
                camera.markedUpdates = camera.updates;
            }
            camera.aged &= nanos - camera.heard < AGED_NANOS;
            all += camera.rate;
        }
        return display + (display.isEmpty() ? "" : " ") + state + "  " + String.format(Locale.ROOT, "%.1f", all)
                + "/s  round trip "
                + figures.clock().map(clock -> millis(clock.roundTrip())).orElse("-") + "  gaps " + figures.gaps()
                + "  superseded " + superseded
                + "  reconnects " + figures.reconnects();
    }

    private static String rate(Camera camera) {
        return String.format(Locale.ROOT, "%.1f/s", camera.rate);
    }

    private static String age(Camera camera) {
        return camera.aged ? millis(camera.age) : "-";
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%.1f ms", micros / 1000.0);
    }
}
