package org.geometryos.compositor.mqtt;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Page;
import org.geometryos.compositor.api.journal.Snapshot;
import org.geometryos.compositor.mqtt.PacketReader.Connack;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.ServerMessage;

/**
 * Follows the journal: the newest state of each camera, and events in a queue that is bounded in bytes. It asks the
 * journal time and again instead of being woken, so that it costs an update nothing. What this source itself brought in
 * does not go out. One thread, but for {@link #queued}.
 */
final class Outbound {
    private static final int PAGE = 1_000;
    private static final long SHORTEST_POLL = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LONGEST_POLL = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long EVENT_POLL = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int OVERHEAD = 128;

    private final Codec codec;
    private final Counters counters;

    private Settings settings;
    private String epoch = "";
    private long position;
    private List<Map<String, Slot>> slots = List.of();
    private final Deque<Event> queue = new ArrayDeque<>();
    private volatile int queuedBytes;
    private final Map<Integer, Flight> flights = new LinkedHashMap<>();
    private int lastId;

    /** The newest state of a camera for a rule. */
    private static final class Slot {
        private final OutRule rule;
        private final String topic;
        private Entry newest;
        private boolean waiting;
        private long due;

        Slot(OutRule rule, String topic, long now) {
            this.rule = rule;
            this.topic = topic;
            this.due = now;
        }
    }

    private record Event(String topic, byte[] payload, boolean retain) {
        int bytes() {
            return 2 * topic.length() + payload.length + OVERHEAD;
        }
    }

    /** What the broker has not confirmed: an event, or the state of a slot. */
    private record Flight(Event event, Slot slot, Entry entry) {}

    Outbound(Codec codec, Counters counters) {
        this.codec = codec;
        this.counters = counters;
    }

    /** Bytes of events that wait. Any thread. */
    int queued() {
        return queuedBytes;
    }

    /** Reads what is new. */
    void follow(Journal journal, Settings now) {
        if (settings == null
                || settings.out() != now.out()
                || !settings.source().equals(now.source())) {
            List<Map<String, Slot>> fresh = new ArrayList<>();
            now.out().forEach(rule -> fresh.add(new LinkedHashMap<>()));
            slots = fresh;
            epoch = "";
        }
        settings = now;
        if (journal == null || !now.sends()) {
            return;
        }
        if (!journal.epoch().equals(epoch)) {
            restart(journal);
            return;
        }
        boolean more = journal.head() != position;
        while (more) {
            Page page = journal.read(position, PAGE);
            if (page.gone() > 0) {
                counters.add(Count.GAPS);
                journal.snapshot().cameras().values().forEach(this::view);
            }
            page.entries().forEach(this::entry);
            position = page.to();
            more = page.entries().size() == PAGE;
        }
    }

    private void restart(Journal journal) {
        Snapshot snapshot = journal.snapshot();
        epoch = snapshot.epoch();
        position = snapshot.seq();
        // the numbers begin anew
        slots.forEach(each -> each.values().forEach(slot -> {
            slot.newest = null;
            slot.waiting = false;
        }));
        snapshot.cameras().values().forEach(this::view);
    }

    private void entry(Entry entry) {
        view(entry);
        entry.change().accept(new Events(entry.seq()));
    }

    private void event(EventKind kind, ServerMessage message) {
        if (settings.events().contains(kind)) {
            queue(new Event(settings.eventTopic().replace("{event}", kind.text()), codec.encode(message), false));
        }
    }

    /** What is published as an event, with the number of its entry. */
    private final class Events implements Change.Visitor<Void> {
        private final long seq;

        Events(long seq) {
            this.seq = seq;
        }

        @Override
        public Void cameraChanged(Change.CameraChanged change) {
            return null;
        }

        @Override
        public Void cameraRemoved(Change.CameraRemoved change) {
            event(EventKind.REMOVED, new ServerMessage.CameraRemoved(seq, change.camera()));
            removed(change.camera());
            return null;
        }

        @Override
        public Void controlChanged(Change.ControlChanged change) {
            event(EventKind.CONTROL, new ServerMessage.Control(seq, change.state()));
            return null;
        }

        @Override
        public Void presenceChanged(Change.PresenceChanged change) {
            event(EventKind.PRESENCE, new ServerMessage.Display(seq, change.presence()));
            return null;
        }

        @Override
        public Void sceneChanged(Change.SceneChanged change) {
            event(
                    EventKind.SCENE,
                    new ServerMessage.Scene(
                            seq,
                            change.ops(),
                            change.origin(),
                            change.camera().map(state -> new ServerMessage.Camera(OptionalLong.empty(), state)),
                            OptionalLong.of(change.time())));
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
    }

    private void view(Entry entry) {
        Optional<CameraState> view = entry.change().view();
        if (view.isEmpty()) {
            return;
        }
        CameraState state = view.get();
        boolean ours = state.origin().isEmpty() && state.source().equals(settings.source());
        for (int i = 0; i < slots.size(); i++) {
            OutRule rule = settings.out().get(i);
            if (!rule.takes(state.camera())) {
                continue;
            }
            Slot slot = slots.get(i).get(state.camera());
            if (slot == null && !ours) {
                slot = new Slot(rule, rule.topicOf(state.camera()), System.nanoTime());
                slots.get(i).put(state.camera(), slot);
            }
            if (slot == null || slot.newest != null && slot.newest.seq() >= entry.seq()) {
                continue;
            }
            if (slot.waiting) {
                counters.add(Count.STATES_SUPERSEDED);
            }
            slot.newest = entry;
            slot.waiting = !ours;
        }
    }

    /** A retained state of a camera that is gone is taken back. */
    private void removed(String camera) {
        for (Map<String, Slot> each : slots) {
            Slot slot = each.remove(camera);
            if (slot != null && slot.rule.retain()) {
                queue(new Event(slot.topic, new byte[0], true));
            }
        }
    }

    private void queue(Event event) {
        queue.addLast(event);
        queuedBytes += event.bytes();
        trim();
    }

    private void trim() {
        while (queuedBytes > settings.queueBytes() && !queue.isEmpty()) {
            queuedBytes -= queue.removeFirst().bytes();
            counters.add(Count.EVENTS_DROPPED);
        }
    }

    /** A broker that may have lost what it held gets all retained states again. */
    void connected() {
        lost();
        for (Map<String, Slot> each : slots) {
            for (Slot slot : each.values()) {
                if (slot.rule.retain() && slot.newest != null && !ours(slot.newest)) {
                    slot.waiting = true;
                }
            }
        }
    }

    private boolean ours(Entry entry) {
        CameraState state = entry.change().view().orElseThrow();
        return state.origin().isEmpty() && state.source().equals(settings.source());
    }

    /** What was not confirmed goes again. */
    void lost() {
        List<Flight> open = new ArrayList<>(flights.values());
        flights.clear();
        for (int i = open.size() - 1; i >= 0; i--) {
            Flight flight = open.get(i);
            if (flight.event() != null) {
                queue.addFirst(flight.event());
                queuedBytes += flight.event().bytes();
            } else if (flight.slot().newest == flight.entry()) {
                flight.slot().waiting = true;
            }
        }
        if (settings != null) {
            trim();
        }
    }

    void confirmed(int id) {
        flights.remove(id);
    }

    /**
     * Writes what is due.
     *
     * @return when to look again, nanoseconds
     */
    long send(Connection to, long now) throws IOException {
        Connack broker = to.connack();
        int room = Math.min(settings.inflight(), broker.receive());
        for (Map<String, Slot> each : slots) {
            for (Slot slot : each.values()) {
                int qos = Math.min(slot.rule.qos(), broker.maxQos());
                if (slot.waiting && slot.due - now <= 0 && (qos == 0 || flights.size() < room)) {
                    state(to, slot, qos, now);
                }
            }
        }
        int qos = Math.min(1, broker.maxQos());
        while (!queue.isEmpty() && (qos == 0 || flights.size() < room)) {
            Event event = queue.removeFirst();
            queuedBytes -= event.bytes();
            int id = qos == 0 ? 0 : id();
            if (publish(to, event.topic(), event.payload(), qos, event.retain(), id)) {
                counters.add(Count.EVENTS);
                if (qos > 0) {
                    flights.put(id, new Flight(event, null, null));
                }
            }
        }
        return poll();
    }

    private void state(Connection to, Slot slot, int qos, long now) throws IOException {
        slot.waiting = false;
        // at the rate, as long as it keeps up
        slot.due = now - slot.due > slot.rule.period() ? now + slot.rule.period() : slot.due + slot.rule.period();
        byte[] payload = codec.encode(new ServerMessage.Camera(
                OptionalLong.of(slot.newest.seq()), slot.newest.change().view().orElseThrow()));
        int id = qos == 0 ? 0 : id();
        if (publish(to, slot.topic, payload, qos, slot.rule.retain(), id)) {
            counters.add(Count.STATES);
            if (qos > 0) {
                flights.put(id, new Flight(null, slot, slot.newest));
            }
        }
    }

    private boolean publish(Connection to, String topic, byte[] payload, int qos, boolean retain, int id)
            throws IOException {
        byte[] packet = PacketWriter.publish(
                to.version(), topic, payload, qos, retain && to.connack().retain(), id);
        if (packet.length > to.connack().maxPacket()) {
            counters.add(Count.TOO_LARGE);
            return false;
        }
        to.write(packet);
        return true;
    }

    private int id() {
        do {
            lastId = lastId % (Connection.SUBSCRIBE_ID - 1) + 1;
        } while (flights.containsKey(lastId));
        return lastId;
    }

    /** How long to wait for what is new, nanoseconds. */
    long poll() {
        long poll = settings.events().isEmpty() ? LONGEST_POLL : EVENT_POLL;
        for (OutRule rule : settings.out()) {
            poll = Math.min(poll, Math.max(SHORTEST_POLL, rule.period() / 2));
        }
        return poll;
    }
}
