package org.geometryos.compositor.broadcast;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Page;
import org.geometryos.compositor.api.journal.Snapshot;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Link;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A share of the displays, and what they have to get. One thread at a time turns it.
 *
 * <p>Each pass takes what is new in the journal, sorts it into the groups that want it, lays it out once per group and
 * hands it to each member that is in sync. A member whose link takes nothing falls out of sync; its link's cursor says
 * where it stands. When the link can take more it catches up on its own: each entry ({@code every}) or the newest state
 * ({@code latest}).
 */
public final class Writer implements Workers.Work {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    /**
     * Entries per pass: what has come meanwhile goes out together, but a batch stays near the size of a send buffer.
     */
    private static final int PASS = 64;
    /** Links that are fetched into the processor's cache together, ahead of writing to them: their misses overlap. */
    private static final int FETCH = 16;
    /** What a snapshot takes for each, about. */
    private static final int CAMERA_SIZE = 400;

    private static final int MODEL_SIZE = 150;
    private static final int DISPLAY_SIZE = 200;
    private static final int CATCH_UP_BYTES = 32 * 1024;
    /** Batches per turn of a display that catches up, so that it does not hold up the others. */
    private static final int CATCH_UP_TURNS = 8;
    /**
     * What a snapshot may take, so that the message stays below 1 MiB: displays that do not fit are left out; the
     * limits on cameras and models see to theirs.
     */
    private static final int SNAPSHOT_BYTES = 1_000_000;
    /** Events per turn: those who ask again and again do not keep the others waiting. */
    private static final int EVENTS = 256;
    /** A second's worth of changes may come at once. */
    private static final long CHANGES_SAVED = TimeUnit.SECONDS.toNanos(1);
    /** In the long run a display's subscription changes at most so often. */
    private static final long CHANGE = TimeUnit.MILLISECONDS.toNanos(10);
    /** Bytes of snapshots per second that a display gets by changing its subscription. */
    private static final long CHANGE_BYTES = 2 << 20;
    /** Changed subscriptions take one part in so many of a writer's time. */
    private static final long CHANGES_SHARE = 10;

    private static final long SCAN = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long FAILURE_TOLD = TimeUnit.SECONDS.toNanos(10);
    /**
     * A heartbeat that a display did not take is tried again after this time, unless the display can take more before.
     */
    private static final long BEAT_AGAIN = TimeUnit.SECONDS.toNanos(1);

    private static final long LEFT_OUT_TOLD = TimeUnit.MINUTES.toNanos(1);
    private static final long HEARTBEAT_DEFAULT = 10_000;
    /** Those who begin or catch up give way to what is new after such a time. */
    private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(5);
    /** Beginning subscriptions take one part in so many of a writer's time, beyond what they may take at once. */
    private static final long BEGINNINGS_SHARE = 3;

    private static final long BEGINNINGS_SAVED = TimeUnit.MILLISECONDS.toNanos(250);
    private static final Roster NOBODY = new Roster();

    private enum Kind {
        LOOK,
        GONE
    }

    private record Event(Kind kind, Link link) {}

    private final Supplier<Journal> journals;
    private final Function<String, CodecRef> codecs;
    private final Batch batch;
    private final LongSupplier nanos;
    private final LongSupplier micros;
    private final String name;
    private final ConcurrentLinkedQueue<Event> events = new ConcurrentLinkedQueue<>();
    /** Whether any display waits for what is new; if not, it is taken in with the next scan. */
    private volatile boolean needed;
    /** Whether any display wants the newest rather than everything. */
    private volatile boolean urgent;

    // whoever turns it
    private Journal journal;
    private long position;
    private final Map<String, Entry> views = new HashMap<>();
    private final Map<String, Entry> holders = new HashMap<>();
    /** The newest entry of each display, by session. */
    private final Map<String, Entry> present = new LinkedHashMap<>();

    private Scene scene = Scene.EMPTY;
    private final Map<Long, Display> displays = new HashMap<>();
    private final Map<Group.Key, List<Group>> groups = new HashMap<>();
    private final Map<String, Roster> byCamera = new HashMap<>();
    private final Roster forAll = new Roster();
    private final Roster forPresence = new Roster();
    private final Roster forScene = new Roster();
    private final Sorting sorting = new Sorting();
    private int latestGroups;
    /** Groups with entries that have not gone out, the one that waits longest first. */
    private final Set<Group> dirty = new LinkedHashSet<>();

    private final Set<Display> lagging = new LinkedHashSet<>();
    /** Members of the group under way whose batch ends with a ping. */
    private final List<Display> pinged = new ArrayList<>();
    /** Links to take up as soon as there is a journal. */
    private final Set<Link> waiting = new LinkedHashSet<>();

    private final Set<Display> again = new LinkedHashSet<>();
    /**
     * Displays whose subscription begins next, all with what there is then: those who ask for the same get the same
     * snapshot.
     */
    private final ArrayDeque<Display> asking = new ArrayDeque<>();
    /**
     * Those whose snapshot has to wait until the sockets hold less: all at once would be asked in vain again and again.
     */
    private final Set<Display> parked = new LinkedHashSet<>();

    private boolean full;
    /** When the next ones may begin, and one of those parked. */
    private long nextBeginnings;

    private long nextParked;
    /** All displays, by the time of their next heartbeat, which does not change while they are in here. */
    private final TreeSet<Display> beating = new TreeSet<>(Writer::beforeOrAfter);
    /** Displays with a rate whose views wait, by when they may go out. */
    private final TreeSet<Display> timed = new TreeSet<>(Writer::earlierViews);
    /** Displays whose changed subscriptions have to wait, by when they may be taken up. */
    private final TreeSet<Display> changing = new TreeSet<>(Writer::earlierChange);
    /** When the next changed subscription may be taken up. */
    private long nextChange;
    /** The last snapshot, for whoever asks for the same at the same position. */
    private SnapshotKey snapshotKey;

    private byte[] snapshotBytes;
    private long nextScan;
    private long failures;
    private long failureTold;
    private long leftOutTold;
    /** Whether heartbeats have given way to what is new. */
    private boolean beatsLeft;

    /**
     * @param name as it is logged
     * @param nanos the clock, {@link System#nanoTime()}
     * @param micros the time of day, microseconds since the Unix epoch
     */
    public Writer(
            String name,
            Supplier<Journal> journals,
            Function<String, CodecRef> codecs,
            Batch batch,
            LongSupplier nanos,
            LongSupplier micros) {
        this.nanos = nanos;
        this.micros = micros;
        this.nextScan = nanos.getAsLong();
        this.nextChange = nextScan - CHANGES_SAVED;
        this.leftOutTold = nextScan - LEFT_OUT_TOLD;
        this.nextBeginnings = nextScan - BEGINNINGS_SAVED;
        this.journals = journals;
        this.codecs = codecs;
        this.batch = batch;
        this.name = name;
    }

    /** Whether it has to be turned at once when something is new in the journal. Any thread. */
    boolean needed() {
        return needed;
    }

    /** A link came, can take more or has changed attributes: the next turn sees to it. Any thread. */
    public void look(Link link) {
        events.add(new Event(Kind.LOOK, link));
    }

    /** A link is gone: the next turn sees to it. Any thread. */
    void gone(Link link) {
        events.add(new Event(Kind.GONE, link));
    }

    @Override
    public boolean turn() {
        boolean worked = events();
        worked |= beginnings();
        needed = !displays.isEmpty() || !waiting.isEmpty();
        urgent = latestGroups > 0;
        worked |= pass();
        worked |= timers();
        return worked || !again.isEmpty() || mayBegin(nanos.getAsLong()) || !dirty.isEmpty() || !events.isEmpty();
    }

    @Override
    public boolean urgent() {
        return urgent;
    }

    @Override
    public long due() {
        long first = nextScan;
        if (!timed.isEmpty()) {
            first = earlier(first, timed.first().nextDue);
        }
        if (!asking.isEmpty()) {
            first = earlier(first, nextBeginnings);
        }
        if (!parked.isEmpty()) {
            first = earlier(first, later(nextParked, nextBeginnings));
        }
        return changing.isEmpty() ? first : earlier(first, later(changing.first().nextChange, nextChange));
    }

    /** Spares the next broadcaster the search for what displays in sync have missed. */
    void moveIdleCursors() {
        for (Display display : displays.values()) {
            if (display.inSync() && !dirty.contains(display.group)) {
                display.link.send(display.owner, batch.clear(), position, display.delivered, display.due());
            }
        }
    }

    // ---- events

    private boolean events() {
        boolean any = false;
        Event event;
        long until = nanos.getAsLong() + SLICE;
        for (int n = 0; n < EVENTS && nanos.getAsLong() - until <= 0 && (event = events.poll()) != null; n++) {
            any = true;
            if (event.kind == Kind.GONE) {
                Display display = displays.get(event.link.id());
                waiting.remove(event.link);
                if (display != null && display.link == event.link) {
                    drop(display);
                }
            } else {
                look(event.link, displays.get(event.link.id()));
            }
        }
        until = nanos.getAsLong() + SLICE;
        for (int n = again.size(); n > 0 && nanos.getAsLong() - until <= 0 && !again.isEmpty(); n--) {
            any = true;
            Display display = again.iterator().next();
            again.remove(display);
            serve(display);
        }
        return any;
    }

    private void begin(Display display) {
        display.asks = false;
        if (displays.get(display.link.id()) != display) {
            return;
        }
        full = false;
        serve(display, true);
        if (full) {
            display.asks = true;
            parked.add(display);
            nextParked = nanos.getAsLong() + SCAN;
        }
    }

    private boolean mayBegin(long now) {
        return (!asking.isEmpty() || !parked.isEmpty() && now - nextParked >= 0) && now - nextBeginnings >= 0;
    }

    /**
     * Begins the subscriptions of those who have asked by now. What is left over, or has to be laid out anew, gives way
     * to what is new for the others.
     */
    private boolean beginnings() {
        long began = nanos.getAsLong();
        if (!mayBegin(began)) {
            return false;
        }
        takeIn();
        long now = began;
        for (int n = asking.size(); n > 0 && now - began <= SLICE; n--) {
            begin(asking.poll());
            now = nanos.getAsLong();
        }
        while (!parked.isEmpty() && now - nextParked >= 0 && now - began <= SLICE) {
            Display display = parked.iterator().next();
            parked.remove(display);
            begin(display);
            now = nanos.getAsLong();
        }
        nextBeginnings = later(nextBeginnings, now - BEGINNINGS_SAVED) + (now - began) * BEGINNINGS_SHARE;
        return true;
    }

    private void look(Link link, Display known) {
        if (!link.open() || !memory(link, known).greeted()) {
            if (known != null && !link.open()) {
                // what it asked for takes memory until it is gone for good
                drop(known);
            }
            return;
        }
        Display display = known;
        if (known != null && !known.mine()) {
            // another broadcaster took it and may be gone by now: only here it would show
            drop(known);
            display = null;
        }
        if (display == null) {
            // its cursor says nothing before the writer itself stands in a sequence
            takeUpJournal();
            if (journal == null) {
                waiting.add(link);
                return;
            }
            display = adopt(link);
        }
        beatAgain(display);
        serve(display);
    }

    private static LinkMemory memory(Link link, Display known) {
        return known != null && known.link == link ? known.memory : LinkMemory.of(link.attributes());
    }

    private Display adopt(Link link) {
        Display display;
        synchronized (link) {
            display = new Display(link, nanos.getAsLong());
        }
        boolean here = display.memory.counts(journal.epoch());
        // another writer may have been ahead of this one: nothing is sent twice
        while (here && position < display.served() && advance()) {
            // on to where the display stands
        }
        displays.put(link.id(), display);
        display.nextHeartbeat = display.memory.heartbeatAt(nanos.getAsLong()) + interval(display);
        beating.add(display);
        if (display.subscription.none()) {
            return display;
        }
        join(display);
        lagging.add(display);
        if (here) {
            account(display);
        } else {
            display.needsSnapshot = true;
            display.newEpoch = true;
            display.base = display.group.count - display.dueAtCursor;
        }
        return display;
    }

    /** Sets the account of a display that stands at its cursor. */
    private void account(Display display) {
        display.aheadCount = 0;
        display.base = display.group.count - display.dueAtCursor - missed(display);
    }

    /**
     * How many entries a display wants between its cursor and the writer's position; of a resumed one, without the
     * views that are only repeated.
     */
    private long missed(Display display) {
        long count = 0;
        long at = display.cursor;
        while (at < position) {
            Page page = journal.read(at, 1024);
            for (Entry entry : page.entries()) {
                Interest interest = display.group.interest(entry);
                if (entry.seq() > position
                        || !interest.wanted()
                        || interest.view && display.repeat && entry.seq() <= display.repeatTo) {
                    continue;
                }
                count++;
                if (!interest.view && entry.seq() <= display.aheadSeq) {
                    display.aheadCount++;
                }
            }
            at = page.to();
        }
        return count;
    }

    private void join(Display display) {
        Group.Key key = Group.Key.of(display.codec, display.subscription, display.session);
        Group group = withRoom(key);
        while (dirty.contains(group)) {
            level(group);
            // its last member may have gone, and the group with it
            group = withRoom(key);
        }
        group.members.add(display);
        display.group = group;
        // one for all of them
        display.subscription = group.subscription;
    }

    private Group withRoom(Group.Key key) {
        List<Group> alike = groups.computeIfAbsent(key, k -> new ArrayList<>());
        return alike.stream()
                .filter(group -> group.members.size() < Group.SIZE)
                .findFirst()
                .orElseGet(() -> newGroup(key, alike));
    }

    private Group newGroup(Group.Key key, List<Group> alike) {
        Group group = new Group(key);
        alike.add(group);
        latestGroups += group.subscription.every() ? 0 : 1;
        if (group.subscription.all()) {
            forAll.add(group);
        } else {
            group.subscription
                    .cameras()
                    .forEach(camera ->
                            byCamera.computeIfAbsent(camera, c -> new Roster()).add(group));
        }
        if (group.subscription.presence()) {
            forPresence.add(group);
        }
        if (group.subscription.scene()) {
            forScene.add(group);
        }
        return group;
    }

    private void part(Display display) {
        Group group = display.group;
        if (group == null) {
            return;
        }
        display.dueAtCursor = display.due();
        group.leave(display);
        lagging.remove(display);
        display.group = null;
        group.members.remove(display);
        if (group.members.isEmpty()) {
            groups.computeIfPresent(group.key, (key, alike) -> alike.remove(group) && alike.isEmpty() ? null : alike);
            dirty.remove(group);
            latestGroups -= group.subscription.every() ? 0 : 1;
            forPresence.remove(group);
            forScene.remove(group);
            if (group.subscription.all()) {
                forAll.remove(group);
            } else {
                for (String camera : group.subscription.cameras()) {
                    Roster there = byCamera.get(camera);
                    there.remove(group);
                    if (there.isEmpty()) {
                        byCamera.remove(camera);
                    }
                }
            }
        }
    }

    private void drop(Display display) {
        part(display);
        lagging.remove(display);
        again.remove(display);
        parked.remove(display);
        displays.remove(display.link.id(), display);
        beating.remove(display);
        if (display.timed) {
            timed.remove(display);
        }
        if (display.changes) {
            changing.remove(display);
        }
    }

    // ---- the journal

    /** @return whether there is another sequence now */
    private boolean takeUpJournal() {
        Journal now = journals.get();
        if (now == journal) {
            return false;
        }
        levelAll();
        boolean another = now != null && (journal == null || !now.epoch().equals(journal.epoch()));
        journal = now;
        if (another) {
            long stood = position;
            startAt(now.snapshot());
            for (Display display : displays.values()) {
                lostSequence(display, stood, true);
            }
            for (Link link : waiting) {
                events.add(new Event(Kind.LOOK, link));
            }
            waiting.clear();
        }
        return another;
    }

    private void startAt(Snapshot snapshot) {
        position = snapshot.seq();
        views.clear();
        views.putAll(snapshot.cameras());
        holders.clear();
        holders.putAll(snapshot.control());
        present.clear();
        snapshot.displays().values().stream()
                .sorted(Comparator.comparingLong(Entry::seq))
                .forEach(entry -> present.put(
                        ((Change.PresenceChanged) entry.change()).presence().session(), entry));
        scene = snapshot.scene()
                .map(entry -> ((Change.SceneChanged) entry.change()).scene())
                .orElse(Scene.EMPTY);
    }

    /** @param stood the writer's position until now */
    private void lostSequence(Display display, long stood, boolean newEpoch) {
        if (display.group == null) {
            return;
        }
        if (display.inSync()) {
            fallOut(display, stood, display.group.count);
        }
        again.add(display);
        if (newEpoch && !display.needsSnapshot && display.memory.counts(journal.epoch())) {
            // the same journal was away for a moment
            account(display);
            return;
        }
        display.needsSnapshot = true;
        display.newEpoch |= newEpoch;
    }

    /**
     * Takes what is new in the journal and gives each group that waits its turn. What comes meanwhile goes out with the
     * groups that follow, so that what arrives is as old as the way to one group, however many there are.
     */
    private boolean pass() {
        boolean any = takeUpJournal();
        if (journal == null) {
            return any;
        }
        any |= advance();
        for (int n = dirty.size(); n > 0 && !dirty.isEmpty(); n--) {
            any = true;
            flushFirst();
            advance();
        }
        return any;
    }

    /**
     * Takes the new entries of the journal, so that the snapshot of a subscription holds everything from before the
     * request, the own session included.
     */
    private void takeIn() {
        if (journal == null) {
            return;
        }
        long head = journal.head();
        while (position < head && advance()) {
            // on to where the journal stood
        }
    }

    /** Takes what is new in the journal. @return whether there was anything */
    private boolean advance() {
        while (!dirty.isEmpty() && dirty.iterator().next().pending.size() >= PASS) {
            flushFirst();
        }
        if (journal.head() == position) {
            return false;
        }
        Page page = journal.read(position, PASS);
        if (page.gone() > 0) {
            LOG.warn(
                    "{} fell behind the journal: entries {} to {} are gone; displays get a snapshot",
                    name,
                    position + 1,
                    page.gone());
            levelAll();
            long stood = position;
            startAt(journal.snapshot());
            displays.values().forEach(display -> lostSequence(display, stood, false));
            return true;
        }
        for (Entry entry : page.entries()) {
            sort(entry);
        }
        position = page.to();
        return true;
    }

    /** Brings the members of a group that are in sync to the writer's position. */
    private void level(Group group) {
        if (dirty.remove(group)) {
            flushSafely(group);
        }
    }

    private void levelAll() {
        while (!dirty.isEmpty()) {
            flushFirst();
        }
    }

    private void flushFirst() {
        level(dirty.iterator().next());
    }

    private void flushSafely(Group group) {
        long before = group.pending.get(0).seq() - 1;
        long countBefore = group.count;
        group.count += group.pending.size();
        try {
            flush(group, before, countBefore);
        } catch (RuntimeException | Error e) {
            failed(group.key, e);
            List.copyOf(group.inSync).stream()
                    .filter(display -> display.cursor < position)
                    .forEach(display -> fallOut(display, before, countBefore));
        }
        group.pending.clear();
    }

    private void sort(Entry entry) {
        sorting.entry = entry;
        entry.change().accept(sorting);
    }

    /** Takes an entry into the newest state, and offers it to the groups. One instance, so that none is allocated. */
    private final class Sorting implements Change.Visitor<Void> {
        private Entry entry;

        @Override
        public Void cameraChanged(Change.CameraChanged change) {
            views.put(change.state().camera(), entry);
            return offer(change.state().camera());
        }

        @Override
        public Void cameraRemoved(Change.CameraRemoved change) {
            views.remove(change.camera());
            return offer(change.camera());
        }

        @Override
        public Void controlChanged(Change.ControlChanged change) {
            String camera = change.state().camera();
            if (change.state().holder().isPresent()) {
                holders.put(camera, entry);
            } else {
                holders.remove(camera);
            }
            return offer(camera);
        }

        @Override
        public Void presenceChanged(Change.PresenceChanged change) {
            Presence presence = change.presence();
            if (presence.action() == Presence.Action.LEFT) {
                present.remove(presence.session());
            } else {
                present.put(presence.session(), entry);
            }
            return offer(forPresence);
        }

        @Override
        public Void sceneChanged(Change.SceneChanged change) {
            scene = change.scene();
            offer(forScene);
            if (change.camera().isPresent()) {
                String camera = change.camera().get().camera();
                views.put(camera, entry);
                withoutScene(forAll);
                withoutScene(byCamera.getOrDefault(camera, NOBODY));
            }
            return null;
        }

        private Void offer(String camera) {
            offer(forAll);
            return offer(byCamera.getOrDefault(camera, NOBODY));
        }

        private Void offer(Roster roster) {
            for (Group group : roster.groups()) {
                Writer.this.offer(group, entry);
            }
            return null;
        }

        private void withoutScene(Roster roster) {
            for (Group group : roster.groups()) {
                if (!group.subscription.scene()) {
                    Writer.this.offer(group, entry);
                }
            }
        }
    }

    private void offer(Group group, Entry entry) {
        if (group.interest(entry).wanted()) {
            group.pending.add(entry);
            dirty.add(group);
        }
    }

    // ---- the pass of a group

    private void flush(Group group, long before, long countBefore) {
        if (group.subscription.rate().isPresent()) {
            flushLimited(group, before, countBefore);
            return;
        }
        CodecRef codec = codecs.apply(group.key.codec());
        List<Entry> entries = group.outgoing();
        batch.clear();
        if (codec != null && !group.inSync.isEmpty()) {
            for (Entry entry : entries) {
                batch.add(codec.encode(entry, group.interest(entry).extent), codec.text());
            }
        }
        int n = entries.size();
        long now = nanos.getAsLong();
        boolean receipts = batch.receipts();
        pinged.clear();
        // the earliest first: its answer may be there before the pass ends, and goes out with the next one
        int fetched = 0;
        for (int i = 0; i < group.inSync.size(); ) {
            if (i == fetched) {
                fetched = Math.min(i + FETCH, group.inSync.size());
                for (int k = i; k < fetched; k++) {
                    group.inSync.get(k).link.prefetch();
                }
            }
            Display display = group.inSync.get(i);
            if (receipts && display.pingDue(now)) {
                pinged.add(display);
                i++;
            } else if (hand(display, codec, n, before, countBefore)) {
                i++;
            }
        }
        if (!pinged.isEmpty()) {
            batch.ping();
            for (Display display : pinged) {
                if (hand(display, codec, n, before, countBefore)) {
                    display.pinged(now);
                }
            }
        }
    }

    /**
     * Gives a display in sync the batch of its group. @return whether it is still in sync; if not, another one has its
     * place in the list
     */
    private boolean hand(Display display, CodecRef codec, int messages, long before, long countBefore) {
        long delivered = display.delivered + messages;
        Link.Sent sent = codec == null
                ? Link.Sent.BUSY
                : display.link.send(display.owner, batch, position, delivered, display.due());
        if (sent == Link.Sent.TAKEN) {
            display.delivered = delivered;
            display.cursor = position;
            return true;
        }
        if (sent == Link.Sent.BUSY) {
            fallOut(display, before, countBefore);
        } else {
            drop(display);
        }
        return false;
    }

    /** A display in sync up to a position could not be given what follows. */
    private void fallOut(Display display, long before, long countBefore) {
        display.dueAtCursor = countBefore - display.base;
        display.cursor = before;
        display.group.leave(display);
        lagging.add(display);
    }

    /** The member of a group with a rate: what is ordered goes at once, views when their time has come. */
    private void flushLimited(Group group, long before, long countBefore) {
        for (Display display : List.copyOf(group.inSync)) {
            fallOut(display, before, countBefore);
        }
        // not at once: who begins another subscription must not join a group whose entries of this pass are still to go
        // out
        again.addAll(group.members);
    }

    // ---- one display

    /** Looks what a display needs: something to catch up with, a subscription to begin. */
    private void serve(Display display) {
        if (asks(display) && (!display.subscribed || mayChange(display))) {
            display.asks = true;
            asking.add(display);
        }
        // what it still has to get goes with the answer: sent now, it could keep the answer from being taken, again and
        // again
        if (!display.asks || !mayBegin(nanos.getAsLong())) {
            serve(display, false);
        }
    }

    /** @param wants whether its subscription begins now, with what has been taken in */
    private void serve(Display display, boolean wants) {
        try {
            if (!wants && (display.group == null || !lagging.contains(display)) || !display.link.takes(0)) {
                if (wants && display.inSync()) {
                    // it is looked at again when it can take more, and with each scan
                    level(display.group);
                    if (display.inSync()) {
                        fallOut(display, position, display.group.count);
                    }
                }
                return;
            }
            if (display.group != null) {
                level(display.group);
            }
            if (displays.get(display.link.id()) != display) {
                return;
            }
            if (display.group != null && lagging.contains(display)) {
                catchUp(display);
            } else {
                LinkMemory.Pending pending = pending(display);
                if (pending != null) {
                    subscribe(display, pending);
                }
            }
        } catch (RuntimeException | Error e) {
            failed(display.link, e);
            if (displays.get(display.link.id()) == display && !display.inSync()) {
                lagging.add(display);
            }
        }
    }

    /** Whoever could not be served catches up; a failure that lasts is told now and then. */
    private void failed(Object whom, Throwable e) {
        long now = nanos.getAsLong();
        if (failures++ == 0 || now - failureTold >= FAILURE_TOLD) {
            failureTold = now;
            LOG.error("{}: {} could not be served ({} such failures so far)", name, whom, failures, e);
        }
    }

    /**
     * Whether a display's changed subscription is taken up now; if not, its time comes. Meanwhile nothing that it sends
     * is handed out, so that it can only wait. What it has subscribed to so far goes on.
     */
    private boolean mayChange(Display display) {
        long now = nanos.getAsLong();
        if (display.changes) {
            return false;
        }
        if (now - display.nextChange >= 0 && now - nextChange >= 0) {
            return true;
        }
        display.changes = true;
        changing.add(display);
        return false;
    }

    private static long later(long a, long b) {
        return a - b > 0 ? a : b;
    }

    private static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }

    private static int earlierViews(Display a, Display b) {
        int first = Long.compare(a.nextDue - b.nextDue, 0);
        return first != 0 ? first : Long.compare(a.link.id(), b.link.id());
    }

    private static int earlierChange(Display a, Display b) {
        int first = Long.compare(a.nextChange - b.nextChange, 0);
        return first != 0 ? first : Long.compare(a.link.id(), b.link.id());
    }

    /** A display has got an answer to a changed subscription. */
    private void changed(Display display, long began, int bytes) {
        long now = nanos.getAsLong();
        display.nextChange = later(display.nextChange, now - CHANGES_SAVED)
                + Math.max(CHANGE, bytes * TimeUnit.SECONDS.toNanos(1) / CHANGE_BYTES);
        if (display.subscribed) {
            nextChange = later(nextChange, now - CHANGES_SAVED / CHANGES_SHARE) + (now - began) * CHANGES_SHARE;
        }
        display.subscribed = true;
    }

    private static boolean asks(Display display) {
        return !display.changes && !display.asks && display.memory.asked();
    }

    /** A subscription that was asked for and may be taken up, or null. */
    private static LinkMemory.Pending pending(Display display) {
        return asks(display) ? display.memory.pending().orElse(null) : null;
    }

    /** Begins a subscription of a display that has everything so far. One that has not does so with the last of it. */
    private void subscribe(Display display, LinkMemory.Pending pending) {
        CodecRef codec = codecs.apply(display.codec);
        if (codec == null || journal == null) {
            // nobody tells when they are back: the scan looks
            if (display.group == null) {
                lagging.add(display);
            }
            return;
        }
        if (!display.link.takes(size(pending.subscription()))) {
            full = display.link.takes(0);
            if (display.inSync()) {
                fallOut(display, position, display.group.count);
            } else if (display.group == null && !full) {
                // its time comes again with the scan
                lagging.add(display);
            }
            return;
        }
        long began = nanos.getAsLong();
        batch.clear();
        addSubscription(display, codec, pending);
        synchronized (display.link) {
            int bytes = batch.size();
            if (took(display, display.link.send(display.owner, batch, position, display.delivered, display.due()))) {
                display.cursor = position;
                changed(display, began, bytes);
                begun(display, pending);
            } else if (display.inSync()) {
                // so that what comes meanwhile does not get ahead of it again and again
                fallOut(display, position, display.group.count);
            }
        }
    }

    /** About how long a snapshot would be. */
    private int size(Subscription wanted) {
        return CAMERA_SIZE
                        * (wanted.all()
                                ? views.size()
                                : Math.min(views.size(), wanted.cameras().size()))
                + (wanted.scene() ? scene.models().size() * MODEL_SIZE : 0)
                + (wanted.presence() ? present.size() * DISPLAY_SIZE : 0);
    }

    /** Adds the answer to a subscription: ack and snapshot. */
    private void addSubscription(Display display, CodecRef codec, LinkMemory.Pending pending) {
        Subscription next = pending.subscription();
        pending.id()
                .map(id -> id instanceof Long n ? new RequestId.Number(n) : new RequestId.Text((String) id))
                .ifPresent(id ->
                        batch.add(codec.codec().encode(new ServerMessage.Ack(id, OptionalLong.empty())), codec.text()));
        if (!next.none() || !pending.silent()) {
            batch.add(snapshot(codec, next, display.subscription, display.subscription.none()), codec.text());
        }
    }

    /** The answer to a subscription is sent, and the display has everything up to the writer's position. */
    private void begun(Display display, LinkMemory.Pending pending) {
        part(display);
        lagging.remove(display);
        display.subscription = pending.subscription();
        display.memory.subscribed(pending, journal.epoch());
        display.repeat = false;
        display.aheadSeq = 0;
        if (!display.subscription.none()) {
            join(display);
            settled(display, display.dueAtCursor);
        }
        display.link.resume();
    }

    /** The display has everything up to the writer's position, and {@code due} says how much that was. */
    private void settled(Display display, long due) {
        display.cursor = position;
        display.dueAtCursor = due;
        display.base = display.group.count - due;
        lagging.remove(display);
        display.group.enter(display);
    }

    /** What a snapshot says follows from this. */
    private record SnapshotKey(
            String codec,
            long generation,
            Subscription wanted,
            Subscription had,
            boolean all,
            String epoch,
            long position) {
        SnapshotKey {
            wanted = content(wanted);
            had = content(had);
        }

        /** The same subscription without what makes no difference to a snapshot. */
        private static Subscription content(Subscription s) {
            return s.every() || s.rate().isPresent() || !s.echo()
                    ? new Subscription(
                            s.all(), s.cameras(), s.scene(), s.presence(), false, OptionalDouble.empty(), true)
                    : s;
        }
    }

    /**
     * Encoded once for all that ask for the same at the same position; a link that does not take all of it refers to
     * the same bytes.
     */
    private byte[] snapshot(CodecRef codec, Subscription wanted, Subscription had, boolean all) {
        SnapshotKey key = new SnapshotKey(
                codec.codec().subprotocol(), codec.generation(), wanted, had, all, journal.epoch(), position);
        if (!key.equals(snapshotKey)) {
            snapshotBytes = codec.codec().encode(snapshotMessage(codec, wanted, had, all));
            snapshotKey = key;
        }
        return snapshotBytes;
    }

    private ServerMessage.Snapshot snapshotMessage(CodecRef codec, Subscription wanted, Subscription had, boolean all) {
        List<ServerMessage.Camera> cameras = new ArrayList<>();
        views.forEach((camera, entry) -> {
            if (wanted.wants(camera) && !had.wants(camera)) {
                cameras.add(CodecRef.camera(entry));
            }
        });
        List<ServerMessage.Control> control = new ArrayList<>();
        holders.forEach((camera, entry) -> {
            if (wanted.wants(camera) && !had.wants(camera)) {
                control.add((ServerMessage.Control) CodecRef.message(entry, Part.WHOLE));
            }
        });
        Optional<ServerMessage.SceneState> models = wanted.scene() && !had.scene()
                ? Optional.of(new ServerMessage.SceneState(scene.revision(), scene.models(), scene.selected()))
                : Optional.empty();
        ServerMessage.Snapshot withoutDisplays =
                new ServerMessage.Snapshot(journal.epoch(), position, all, cameras, control, models, Optional.empty());
        if (!wanted.presence() || had.presence()) {
            return withoutDisplays;
        }
        return new ServerMessage.Snapshot(
                journal.epoch(),
                position,
                all,
                cameras,
                control,
                models,
                Optional.of(displays(codec, SNAPSHOT_BYTES - codec.codec().encode(withoutDisplays).length)));
    }

    /**
     * Those that are there, the earliest first, as far as they fit: a message stays below its limit however many there
     * are.
     */
    private List<ServerMessage.Display> displays(CodecRef codec, int room) {
        List<ServerMessage.Display> displays = new ArrayList<>(present.size());
        int bytes = 0;
        for (Entry entry : present.values()) {
            bytes += codec.encode(entry, Part.WHOLE).length + 1;
            if (bytes > room) {
                leftOut(displays.size());
                break;
            }
            displays.add((ServerMessage.Display) CodecRef.message(entry, Part.WHOLE));
        }
        return displays;
    }

    private void leftOut(int fit) {
        long now = nanos.getAsLong();
        if (now - leftOutTold >= LEFT_OUT_TOLD) {
            leftOutTold = now;
            LOG.warn("{} of {} displays fit into a snapshot; the others are left out", fit, present.size());
        }
    }

    private void catchUp(Display display) {
        CodecRef codec = codecs.apply(display.codec);
        if (codec == null || journal == null) {
            return;
        }
        if (!display.needsSnapshot && lost(display, Math.max(display.cursor, display.aheadSeq))) {
            display.needsSnapshot = true;
        }
        LinkMemory.Pending pending = pending(display);
        if (display.needsSnapshot) {
            startAnew(display, codec, pending);
        } else if (display.subscription.every()) {
            sendEach(display, codec, pending);
        } else if (pending == null && display.limited() && nanos.getAsLong() - display.nextDue < 0) {
            sendAhead(display, codec);
        } else {
            sendNewest(display, codec, pending);
        }
    }

    /** Whether something behind a position that the display has to get one by one is gone. */
    private boolean lost(Display display, long after) {
        if (!display.subscription.every()) {
            return !journal.holds(after, Set.of());
        }
        return !(display.subscription.all()
                ? journal.holdsAll(after)
                : journal.holds(after, display.subscription.cameras()));
    }

    /**
     * Sends the last of what a display had to catch up with, and begins the subscription that was asked for, if one
     * was.
     */
    private boolean sendLast(Display display, CodecRef codec, LinkMemory.Pending pending, long delivered, long due) {
        if (pending != null) {
            addSubscription(display, codec, pending);
        }
        if (!took(display, display.link.send(display.owner, batch, position, delivered, due))) {
            return false;
        }
        display.delivered = delivered;
        settled(display, due);
        return true;
    }

    private void startAnew(Display display, CodecRef codec, LinkMemory.Pending pending) {
        if (!display.link.takes(size(display.subscription))) {
            return;
        }
        batch.clear();
        long delivered = display.delivered + display.aheadCount;
        long due = display.newEpoch ? display.dueAtCursor + display.aheadCount : display.due();
        long refused = display.refused + due - display.dueAtCursor - display.aheadCount;
        if (!display.newEpoch) {
            batch.add(codec.codec().encode(new ServerMessage.Gap(display.cursor + 1, position)), codec.text());
        }
        batch.add(snapshot(codec, display.subscription, Subscription.NONE, true), codec.text());
        ping(display);
        synchronized (display.link) {
            if (!sendLast(display, codec, pending, delivered, due)) {
                return;
            }
            display.memory.refused(refused);
            display.memory.streams(journal.epoch());
            display.refused = refused;
            display.needsSnapshot = false;
            display.newEpoch = false;
            display.repeat = false;
            display.aheadCount = 0;
            display.aheadSeq = 0;
            if (pending != null) {
                begun(display, pending);
            }
        }
    }

    private void sendEach(Display display, CodecRef codec, LinkMemory.Pending pending) {
        for (int turn = 0; turn < CATCH_UP_TURNS; turn++) {
            long at = display.cursor;
            long to = at;
            int n = 0;
            batch.clear();
            while (to < position && batch.size() < CATCH_UP_BYTES) {
                Page page = journal.read(to, PASS);
                if (page.gone() > 0 && lost(display, to)) {
                    break;
                }
                for (Entry entry : page.entries()) {
                    Interest interest = display.group.interest(entry);
                    if (entry.seq() <= position && interest.wanted()) {
                        batch.add(codec.encode(entry, interest.extent), codec.text());
                        n++;
                    }
                }
                to = Math.min(page.to(), position);
            }
            if (to == at && at < position) {
                // gone while we read: the next turn finds out
                break;
            }
            ping(display);
            if (to == position) {
                synchronized (display.link) {
                    if (sendLast(display, codec, pending, display.delivered + n, display.dueAtCursor + n)
                            && pending != null) {
                        begun(display, pending);
                    }
                }
                return;
            }
            if (!took(
                    display,
                    display.link.send(display.owner, batch, to, display.delivered + n, display.dueAtCursor + n))) {
                return;
            }
            display.cursor = to;
            display.delivered += n;
            display.dueAtCursor += n;
        }
        again.add(display);
    }

    private void sendNewest(Display display, CodecRef codec, LinkMemory.Pending pending) {
        List<Entry> entries = new ArrayList<>();
        int repeated = 0;
        for (Entry entry : views.values()) {
            if (wantsView(display, entry)) {
                entries.add(entry);
                if (display.repeat && entry.seq() <= display.repeatTo) {
                    repeated++;
                }
            }
        }
        if (!addOrdered(display, entries)) {
            return;
        }
        entries.sort(Comparator.comparingLong(Entry::seq));
        batch.clear();
        for (Entry entry : entries) {
            Interest interest = display.group.interest(entry);
            boolean repeatedView = !interest.view && entry.seq() <= display.cursor;
            batch.add(codec.encode(entry, repeatedView ? Part.CAMERA : interest.extent), codec.text());
        }
        ping(display);
        synchronized (display.link) {
            if (!sendLast(
                    display,
                    codec,
                    pending,
                    display.delivered + entries.size() - repeated + display.aheadCount,
                    display.due())) {
                return;
            }
            display.aheadCount = 0;
            if (display.repeat) {
                display.repeat = false;
                display.memory.repeated();
            }
            if (display.limited()) {
                // not later than asked for, but a late one is not made up for by one too early
                long period = display.period();
                due(display, Math.max(display.nextDue, nanos.getAsLong() - period / 10) + period);
                display.memory.viewsFrom(display.nextDue);
            }
            if (pending != null) {
                begun(display, pending);
            }
        }
    }

    /**
     * Whether a camera's newest view is still to be sent, or sent again. A transaction comes whole with what is
     * ordered; of one that the display has had only the view can be repeated.
     */
    private static boolean wantsView(Display display, Entry entry) {
        Interest interest = display.group.interest(entry);
        if (interest.view) {
            return display.repeat || entry.seq() > display.cursor;
        }
        return interest == Interest.ORDERED && display.repeat && entry.seq() <= display.cursor;
    }

    /** A display with a rate whose time has not come: only what is ordered, ahead of the views held back. */
    private void sendAhead(Display display, CodecRef codec) {
        if (!display.timed) {
            display.timed = true;
            timed.add(display);
        }
        List<Entry> entries = new ArrayList<>();
        if (!addOrdered(display, entries) || entries.isEmpty()) {
            return;
        }
        batch.clear();
        for (Entry entry : entries) {
            batch.add(codec.encode(entry, display.group.interest(entry).extent), codec.text());
        }
        synchronized (display.link) {
            if (took(
                    display,
                    display.link.send(display.owner, batch, display.cursor, display.delivered, display.dueAtCursor))) {
                display.aheadCount += entries.size();
                display.aheadSeq = entries.get(entries.size() - 1).seq();
                display.memory.ahead(display.aheadSeq);
            }
        }
    }

    /**
     * Adds what is ordered and was not sent. @return false if some of it went while it was read: the next turn finds
     * out
     */
    private boolean addOrdered(Display display, List<Entry> to) {
        long after = Math.max(display.cursor, display.aheadSeq);
        for (long at = after; at < position; ) {
            Page page = journal.readOrdered(at, 1024);
            for (Entry entry : page.entries()) {
                Interest interest = display.group.interest(entry);
                if (entry.seq() <= position && interest.wanted() && !interest.view) {
                    to.add(entry);
                }
            }
            at = page.to();
        }
        if (lost(display, after)) {
            again.add(display);
            return false;
        }
        return true;
    }

    private void ping(Display display) {
        long now = nanos.getAsLong();
        if (batch.receipts() && display.pingDue(now)) {
            display.pinged(now);
            batch.ping();
        }
    }

    private boolean took(Display display, Link.Sent sent) {
        if (sent == Link.Sent.CLOSED || sent == Link.Sent.NOT_OWNER) {
            drop(display);
        }
        return sent == Link.Sent.TAKEN;
    }

    // ---- time

    private boolean timers() {
        long now = nanos.getAsLong();
        boolean any = false;
        while (!timed.isEmpty() && timed.first().nextDue - now <= 0) {
            any = true;
            Display display = timed.pollFirst();
            display.timed = false;
            if (lagging.contains(display)) {
                serve(display);
            }
        }
        while (!changing.isEmpty() && changing.first().nextChange - now <= 0 && nextChange - now <= 0) {
            any = true;
            Display display = changing.pollFirst();
            display.changes = false;
            serve(display);
        }
        if (nextScan - now <= 0) {
            nextScan = now + SCAN;
            snapshotKey = null;
            snapshotBytes = null;
            again.addAll(lagging);
            heartbeats(now);
        } else if (beatsLeft) {
            heartbeats(now);
        }
        return any || beatsLeft;
    }

    /** Serves those whose time has come, and looks at no other. */
    private void heartbeats(long now) {
        beatsLeft = false;
        long until = nanos.getAsLong() + SLICE;
        while (!beating.isEmpty() && beating.first().nextHeartbeat - now <= 0) {
            if (nanos.getAsLong() - until > 0) {
                beatsLeft = true;
                return;
            }
            Display display = beating.pollFirst();
            boolean sent = false;
            try {
                sent = heartbeat(display, now);
            } catch (RuntimeException | Error e) {
                failed(display.link, e);
            }
            if (displays.get(display.link.id()) == display) {
                if (!sent) {
                    // one that is busy is looked at when it can take more
                    display.missesBeat = true;
                    display.nextHeartbeat = now + BEAT_AGAIN;
                }
                beating.add(display);
            }
        }
    }

    /** A display that could not be given its heartbeat may take it now. */
    private void beatAgain(Display display) {
        if (display.missesBeat && beating.remove(display)) {
            display.nextHeartbeat = nanos.getAsLong();
            display.missesBeat = false;
            beating.add(display);
        }
    }

    private static int beforeOrAfter(Display a, Display b) {
        int first = Long.compare(a.nextHeartbeat - b.nextHeartbeat, 0);
        return first != 0 ? first : Long.compare(a.link.id(), b.link.id());
    }

    /** Sets when the views of a display with a rate may go out next. */
    private void due(Display display, long at) {
        if (display.timed) {
            timed.remove(display);
            display.timed = false;
        }
        display.nextDue = at;
    }

    private static long interval(Display display) {
        // a scan earlier, so that the interval is the longest silence and not the shortest
        return TimeUnit.MILLISECONDS.toNanos(display.memory.heartbeatInterval(HEARTBEAT_DEFAULT)) - SCAN;
    }

    /** @return whether it was sent */
    private boolean heartbeat(Display display, long now) {
        CodecRef codec = codecs.apply(display.codec);
        if (codec == null || !display.link.takes(0)) {
            return false;
        }
        if (display.group != null) {
            level(display.group);
        }
        boolean here = display.group == null || display.inSync();
        long cursor = here && journal != null ? position : display.cursor;
        long due = here ? display.due() : display.dueAtCursor;
        batch.clear();
        batch.add(
                codec.codec()
                        .encode(new ServerMessage.Heartbeat(
                                micros.getAsLong(),
                                cursor,
                                display.delivered,
                                due - display.delivered - display.refused,
                                display.refused)),
                codec.text());
        batch.ping();
        display.pinged(now);
        if (took(display, display.link.send(display.owner, batch, cursor, display.delivered, due))) {
            display.memory.heartbeatSent(now);
            display.nextHeartbeat = now + interval(display);
            display.missesBeat = false;
            if (display.group == null && journal != null) {
                display.memory.epoch(journal.epoch());
            }
            return true;
        }
        return false;
    }

    /** The time of day. */
    static long micros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }
}
