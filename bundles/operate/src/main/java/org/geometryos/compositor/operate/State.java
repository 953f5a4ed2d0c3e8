package org.geometryos.compositor.operate;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.Display;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.connection.Statistics;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.control.SourceState;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.recording.RecorderStatus;
import org.geometryos.compositor.api.value.TimeOfDay;

/** How everything stands, in one document. A part that is away is null in it. */
final class State implements Resource {
    /** So many of each kind are told; how many more there are stands under {@code leftOut}. */
    static final int MOST = 2_000;

    private static final int NAMES = 64;
    private static final double NANOS_IN_MILLI = 1e6;
    /** So long an answer is good, so that many pages cost no more than one. */
    private static final long GOOD_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Parts parts;
    private final SourcesResource switches;
    private final Troubles troubles;
    private final Rates rates;
    private final HostFigures host;
    private final LongSupplier nanos;
    // guarded by this
    private Map<String, Object> last;
    private long lastAt;

    /** @param nanos the clock, {@link System#nanoTime()} */
    State(Parts parts, SourcesResource switches, Troubles troubles, HostFigures host, LongSupplier nanos) {
        this.troubles = troubles;
        this.parts = parts;
        this.switches = switches;
        this.host = host;
        this.nanos = nanos;
        this.rates = new Rates(parts.meters(), nanos);
    }

    @Override
    public synchronized Map<String, Object> get(Map<String, String> query) {
        long now = nanos.getAsLong();
        if (last == null || now - lastAt > GOOD_NANOS) {
            last = look();
            lastAt = now;
        }
        return last;
    }

    private Map<String, Object> look() {
        Map<String, Object> leftOut = new LinkedHashMap<>();
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("time", TimeOfDay.micros());
        state.put("host", host.now());
        state.put("connections", parts.connections().see(manager -> connections(manager.statistics())));
        Long head = parts.journal().see(Journal::head);
        Map<String, Troubles.Standstill> still = standstills(head);
        state.put("sessions", parts.connections().see(manager -> {
            boolean draining = manager.statistics().draining();
            return some(
                    "sessions",
                    manager.sessions(),
                    each -> {
                        Map<String, Object> map = session(each, head);
                        troubles.of(each, draining, still).ifPresent(trouble -> map.put("trouble", trouble.toMap()));
                        return map;
                    },
                    leftOut);
        }));
        state.put(
                "displays",
                parts.connections().see(manager -> some("displays", displays(manager), this::display, leftOut)));
        // without its journal the bridge knows of no camera
        state.put(
                "cameras",
                head == null
                        ? null
                        : parts.cameras()
                                .see(bridge ->
                                        some("cameras", bridge.cameras(), each -> camera(each, bridge), leftOut)));
        state.put("sources", parts.cameras().see(bridge -> sources(bridge, leftOut)));
        state.put("recorder", parts.recorder().see(recorder -> recorder(recorder.status())));
        state.put("metrics", rates.now());
        if (!leftOut.isEmpty()) {
            state.put("leftOut", leftOut);
        }
        return state;
    }

    /** Cameras whose source is not well, by name. */
    private Map<String, Troubles.Standstill> standstills(Long head) {
        Map<String, Troubles.Standstill> still = head == null
                ? null
                : parts.cameras().see(bridge -> {
                    Map<String, SourceState> ill = new TreeMap<>();
                    bridge.sources().stream()
                            .filter(source -> source.health().status() != SourceHealth.Status.OK)
                            .forEach(source -> ill.put(source.id(), source));
                    Map<String, Troubles.Standstill> found = new TreeMap<>();
                    if (!ill.isEmpty()) {
                        bridge.cameras().stream()
                                .filter(camera -> ill.containsKey(camera.source()))
                                .forEach(camera -> found.put(
                                        camera.camera(),
                                        new Troubles.Standstill(
                                                "source " + camera.source() + ": "
                                                        + ill.get(camera.source())
                                                                .health()
                                                                .message(),
                                                camera.received())));
                    }
                    return found;
                });
        return still == null ? Map.of() : still;
    }

    private static <T> List<Map<String, Object>> some(
            String kind, Collection<T> all, Function<T, Map<String, Object>> tell, Map<String, Object> leftOut) {
        List<Map<String, Object>> some = new ArrayList<>();
        for (T each : all) {
            if (some.size() == MOST) {
                leftOut.put(kind, all.size() - MOST);
                break;
            }
            some.add(tell.apply(each));
        }
        return some;
    }

    private static Map<String, Object> connections(Statistics statistics) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("connections", statistics.connections());
        map.put("connected", statistics.connected());
        map.put("waiting", statistics.waiting());
        map.put("remembered", statistics.remembered());
        map.put("draining", statistics.draining());
        map.put("refused", new TreeMap<>(statistics.refused()));
        map.put("closed", new TreeMap<>(statistics.closed()));
        return map;
    }

    private static Map<String, Object> session(Session session, Long head) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("session", session.id());
        map.put("display", session.display());
        session.settings().title().ifPresent(title -> map.put("title", title));
        map.put("user", session.user());
        map.put("role", session.role().word());
        map.put("connected", session.connected());
        map.put("since", session.since());
        subscription(session.subscription(), map);
        if (session.connected()) {
            map.put("address", session.address());
            map.put("codec", session.codec());
            map.put("delivered", session.delivered());
            map.put("superseded", session.superseded());
            map.put("refused", session.refused());
            map.put("bytes", session.bytesSent());
            session.roundTrip().ifPresent(roundTrip -> map.put("roundTrip", roundTrip / NANOS_IN_MILLI));
            if (head != null) {
                map.put("behind", Math.max(0, head - session.seq()));
            }
        }
        return map;
    }

    private static void subscription(Subscription subscription, Map<String, Object> map) {
        map.put(
                "cameras",
                subscription.all()
                        ? List.of("*")
                        : subscription.cameras().stream().limit(NAMES).toList());
        map.put("delivery", subscription.delivery().word());
        subscription.rate().ifPresent(rate -> map.put("rate", rate));
    }

    /** Those that are there first, as the others may be many. */
    private static List<Display> displays(ConnectionManager manager) {
        List<Display> displays = new ArrayList<>(manager.displays());
        displays.sort((a, b) -> Boolean.compare(b.connected(), a.connected()));
        return displays;
    }

    private Map<String, Object> display(Display display) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("display", display.name());
        display.settings().title().ifPresent(title -> map.put("title", title));
        map.put("user", display.user().orElse(""));
        map.put("connected", display.connected());
        map.put("declared", display.declared());
        display.session().ifPresent(session -> map.put("session", session));
        display.seen().map(State::micros).ifPresent(seen -> map.put("lastSeen", seen));
        troubles.of(display).ifPresent(trouble -> map.put("trouble", trouble.toMap()));
        return map;
    }

    private static long micros(Instant instant) {
        return TimeOfDay.micros(instant);
    }

    private static Map<String, Object> camera(CameraState camera, CameraBridge bridge) {
        Map<String, Object> view = Views.of(camera.view());
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("camera", camera.camera());
        map.put("kind", view.get("kind"));
        map.put("source", camera.source());
        bridge.control(camera.camera()).ifPresent(control -> control(control, map));
        map.put("time", camera.time());
        map.put("received", camera.received());
        map.put("view", view);
        return map;
    }

    private static void control(ControlState control, Map<String, Object> map) {
        control.holder().ifPresent(holder -> map.put("holder", holder));
        control.session().ifPresent(session -> map.put("session", session));
    }

    private List<Map<String, Object>> sources(CameraBridge bridge, Map<String, Object> leftOut) {
        Map<String, Boolean> running = switches.running();
        TreeSet<String> stopped = switches.stopped();
        List<Map<String, Object>> sources = some(
                "sources",
                bridge.sources(),
                each -> {
                    Map<String, Object> map = source(each);
                    map.put("stopped", false);
                    map.put("canStop", running.getOrDefault(each.id(), false));
                    // one of the name runs, whatever was stopped
                    stopped.remove(each.id());
                    return map;
                },
                leftOut);
        stopped.stream().limit(MOST).forEach(name -> sources.add(stopped(name)));
        return sources;
    }

    private static Map<String, Object> stopped(String source) {
        Map<String, Object> map = source(
                new SourceState(source, 0, SourceHealth.OK, 0, 0, 0, 0, OptionalLong.empty(), List.of(), Map.of()));
        map.put("stopped", true);
        map.put("canStop", true);
        return map;
    }

    private static Map<String, Object> source(SourceState source) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("source", source.id());
        map.put("priority", source.priority());
        map.put("level", level(source.health().status()));
        if (!source.health().equals(SourceHealth.OK)) {
            map.put("text", source.health().message());
        }
        map.put("accepted", source.accepted());
        map.put("refused", source.refused());
        map.put("limited", source.limited());
        map.put("ahead", source.ahead());
        source.last().ifPresent(last -> map.put("last", last));
        map.put("cameras", source.cameras().stream().limit(NAMES).toList());
        map.put("counters", source.counters());
        return map;
    }

    private static String level(SourceHealth.Status status) {
        return switch (status) {
            case OK -> "ok";
            case STALE -> "warning";
            case FAILED -> "down";
        };
    }

    private static Map<String, Object> recorder(RecorderStatus status) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("enabled", status.enabled());
        map.put("file", status.file());
        map.put(
                "recording",
                status.enabled() && status.problem().isEmpty() && status.epoch().isPresent());
        map.put("behind", status.behind());
        map.put("written", status.written());
        map.put("missed", status.missed());
        map.put("bytes", status.bytes());
        status.problem().ifPresent(problem -> map.put("problem", problem));
        return map;
    }
}
