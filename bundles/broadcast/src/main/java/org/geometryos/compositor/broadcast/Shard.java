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
public final class Shard implements ShardExecutor.Work {
    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);
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
    /** Changed subscriptions take one part in so many of a shard's time. */
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
    /** Beginning subscriptions take one part in so many of a shard's time, beyond what they may take at once. */
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
    private final Map<Long, Subscriber> subscribers = new HashMap<>();
    private final Map<Group.Key, List<Group>> groups = new HashMap<>();
    private final Map<String, Roster> byCamera = new HashMap<>();
    private final Roster forAll = new Roster();
    private final Roster forPresence = new Roster();
    private final Roster forScene = new Roster();
    private final Sorting sorting = new Sorting();
    private int latestGroups;
    /** Groups with entries that have not gone out, the one that waits longest first. */
    private final Set<Group> dirty = new LinkedHashSet<>();

    private final Set<Subscriber> lagging = new LinkedHashSet<>();
    /** Members of the group under way whose batch ends with a ping. */
    private final List<Subscriber> pinged = new ArrayList<>();
    /** Links to take up as soon as there is a journal. */
    private final Set<Link> waiting = new LinkedHashSet<>();

    private final Set<Subscriber> again = new LinkedHashSet<>();
    /**
     * Displays whose subscription begins next, all with what there is then: those who ask for the same get the same
     * snapshot.
     */
    private final ArrayDeque<Subscriber> asking = new ArrayDeque<>();
    /**
     * Those whose snapshot has to wait until the sockets hold less: all at once would be asked in vain again and again.
     */
    private final Set<Subscriber> parked = new LinkedHashSet<>();

    private boolean full;
    /** When the next ones may begin, and one of those parked. */
    private long nextBeginnings;

    private long nextParked;
    /** All displays, by the time of their next heartbeat, which does not change while they are in here. */
    private final TreeSet<Subscriber> beating = new TreeSet<>(Shard::beforeOrAfter);
    /** Displays with a rate whose views wait, by when they may go out. */
    private final TreeSet<Subscriber> timed = new TreeSet<>(Shard::earlierViews);
    /** Displays whose changed subscriptions have to wait, by when they may be taken up. */
    private final TreeSet<Subscriber> changing = new TreeSet<>(Shard::earlierChange);
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
    public Shard(
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
        needed = !subscribers.isEmpty() || !waiting.isEmpty();
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
    public long nextTurn() {
        long first = nextScan;
        if (!timed.isEmpty()) {
            first = earlier(first, timed.first().nextViews);
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
        for (Subscriber subscriber : subscribers.values()) {
            if (subscriber.inSync() && !dirty.contains(subscriber.group)) {
                subscriber.link.send(subscriber.owner, batch.clear(), position, subscriber.delivered, subscriber.due());
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
                Subscriber subscriber = subscribers.get(event.link.id());
                waiting.remove(event.link);
                if (subscriber != null && subscriber.link == event.link) {
                    drop(subscriber);
                }
            } else {
                look(event.link, subscribers.get(event.link.id()));
            }
        }
        until = nanos.getAsLong() + SLICE;
        for (int n = again.size(); n > 0 && nanos.getAsLong() - until <= 0 && !again.isEmpty(); n--) {
            any = true;
            Subscriber subscriber = again.iterator().next();
            again.remove(subscriber);
            serve(subscriber);
        }
        return any;
    }

    private void begin(Subscriber subscriber) {
        subscriber.asks = false;
        if (subscribers.get(subscriber.link.id()) != subscriber) {
            return;
        }
        full = false;
        serve(subscriber, true);
        if (full) {
            subscriber.asks = true;
            parked.add(subscriber);
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
            Subscriber subscriber = parked.iterator().next();
            parked.remove(subscriber);
            begin(subscriber);
            now = nanos.getAsLong();
        }
        nextBeginnings = later(nextBeginnings, now - BEGINNINGS_SAVED) + (now - began) * BEGINNINGS_SHARE;
        return true;
    }

    private void look(Link link, Subscriber known) {
        if (!link.open() || !memory(link, known).greeted()) {
            if (known != null && !link.open()) {
                // what it asked for takes memory until it is gone for good
                drop(known);
            }
            return;
        }
        Subscriber subscriber = known;
        if (known != null && !known.mine()) {
            // another broadcaster took it and may be gone by now: only here it would show
            drop(known);
            subscriber = null;
        }
        if (subscriber == null) {
            // its cursor says nothing before the shard itself stands in a sequence
            takeUpJournal();
            if (journal == null) {
                waiting.add(link);
                return;
            }
            subscriber = adopt(link);
        }
        beatAgain(subscriber);
        serve(subscriber);
    }

    private static LinkMemory memory(Link link, Subscriber known) {
        return known != null && known.link == link ? known.memory : LinkMemory.of(link.attributes());
    }

    private Subscriber adopt(Link link) {
        Subscriber subscriber;
        synchronized (link) {
            subscriber = new Subscriber(link, nanos.getAsLong());
        }
        boolean here = subscriber.memory.counts(journal.epoch());
        // another shard may have been ahead of this one: nothing is sent twice
        while (here && position < subscriber.served() && advance()) {
            // on to where the display stands
        }
        subscribers.put(link.id(), subscriber);
        subscriber.nextHeartbeat = subscriber.memory.heartbeatAt(nanos.getAsLong()) + interval(subscriber);
        beating.add(subscriber);
        if (subscriber.subscription.none()) {
            return subscriber;
        }
        join(subscriber);
        lagging.add(subscriber);
        if (here) {
            account(subscriber);
        } else {
            subscriber.needsSnapshot = true;
            subscriber.newEpoch = true;
            subscriber.base = subscriber.group.count - subscriber.dueAtCursor;
        }
        return subscriber;
    }

    /** Sets the account of a display that stands at its cursor. */
    private void account(Subscriber subscriber) {
        subscriber.aheadCount = 0;
        subscriber.base = subscriber.group.count - subscriber.dueAtCursor - missed(subscriber);
    }

    /**
     * How many entries a display wants between its cursor and the shard's position; of a resumed one, without the views
     * that are only repeated.
     */
    private long missed(Subscriber subscriber) {
        long count = 0;
        long at = subscriber.cursor;
        while (at < position) {
            Page page = journal.read(at, 1024);
            for (Entry entry : page.entries()) {
                Interest interest = subscriber.group.interest(entry);
                if (entry.seq() > position
                        || !interest.wanted()
                        || interest.view && subscriber.repeat && entry.seq() <= subscriber.repeatTo) {
                    continue;
                }
                count++;
                if (!interest.view && entry.seq() <= subscriber.aheadSeq) {
                    subscriber.aheadCount++;
                }
            }
            at = page.to();
        }
        return count;
    }

    private void join(Subscriber subscriber) {
        Group.Key key = Group.Key.of(subscriber.codec, subscriber.subscription, subscriber.session);
        Group group = withRoom(key);
        while (dirty.contains(group)) {
            level(group);
            // its last member may have gone, and the group with it
            group = withRoom(key);
        }
        group.members.add(subscriber);
        subscriber.group = group;
        // one for all of them
        subscriber.subscription = group.subscription;
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

    private void part(Subscriber subscriber) {
        Group group = subscriber.group;
        if (group == null) {
            return;
        }
        subscriber.dueAtCursor = subscriber.due();
        group.leave(subscriber);
        lagging.remove(subscriber);
        subscriber.group = null;
        group.members.remove(subscriber);
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

    private void drop(Subscriber subscriber) {
        part(subscriber);
        lagging.remove(subscriber);
        again.remove(subscriber);
        parked.remove(subscriber);
        subscribers.remove(subscriber.link.id(), subscriber);
        beating.remove(subscriber);
        if (subscriber.timed) {
            timed.remove(subscriber);
        }
        if (subscriber.changes) {
            changing.remove(subscriber);
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
            for (Subscriber subscriber : subscribers.values()) {
                lostSequence(subscriber, stood, true);
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

    /** @param stood the shard's position until now */
    private void lostSequence(Subscriber subscriber, long stood, boolean newEpoch) {
        if (subscriber.group == null) {
            return;
        }
        if (subscriber.inSync()) {
            fallOut(subscriber, stood, subscriber.group.count);
        }
        again.add(subscriber);
        if (newEpoch && !subscriber.needsSnapshot && subscriber.memory.counts(journal.epoch())) {
            // the same journal was away for a moment
            account(subscriber);
            return;
        }
        subscriber.needsSnapshot = true;
        subscriber.newEpoch |= newEpoch;
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
            subscribers.values().forEach(subscriber -> lostSequence(subscriber, stood, false));
            return true;
        }
        for (Entry entry : page.entries()) {
            sort(entry);
        }
        position = page.to();
        return true;
    }

    /** Brings the members of a group that are in sync to the shard's position. */
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
                    .filter(subscriber -> subscriber.cursor < position)
                    .forEach(subscriber -> fallOut(subscriber, before, countBefore));
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
                Shard.this.offer(group, entry);
            }
            return null;
        }

        private void withoutScene(Roster roster) {
            for (Group group : roster.groups()) {
                if (!group.subscription.scene()) {
                    Shard.this.offer(group, entry);
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
            Subscriber subscriber = group.inSync.get(i);
            if (receipts && subscriber.wantsPing(now)) {
                pinged.add(subscriber);
                i++;
            } else if (hand(subscriber, codec, n, before, countBefore)) {
                i++;
            }
        }
        if (!pinged.isEmpty()) {
            batch.ping();
            for (Subscriber subscriber : pinged) {
                if (hand(subscriber, codec, n, before, countBefore)) {
                    subscriber.pinged(now);
                }
            }
        }
    }

    /**
     * Gives a display in sync the batch of its group. @return whether it is still in sync; if not, another one has its
     * place in the list
     */
    private boolean hand(Subscriber subscriber, CodecRef codec, int messages, long before, long countBefore) {
        long delivered = subscriber.delivered + messages;
        Link.Sent sent = codec == null
                ? Link.Sent.BUSY
                : subscriber.link.send(subscriber.owner, batch, position, delivered, subscriber.due());
        if (sent == Link.Sent.TAKEN) {
            subscriber.delivered = delivered;
            subscriber.cursor = position;
            return true;
        }
        if (sent == Link.Sent.BUSY) {
            fallOut(subscriber, before, countBefore);
        } else {
            drop(subscriber);
        }
        return false;
    }

    /** A display in sync up to a position could not be given what follows. */
    private void fallOut(Subscriber subscriber, long before, long countBefore) {
        subscriber.dueAtCursor = countBefore - subscriber.base;
        subscriber.cursor = before;
        subscriber.group.leave(subscriber);
        lagging.add(subscriber);
    }

    /** The member of a group with a rate: what is ordered goes at once, views when their time has come. */
    private void flushLimited(Group group, long before, long countBefore) {
        for (Subscriber subscriber : List.copyOf(group.inSync)) {
            fallOut(subscriber, before, countBefore);
        }
        // not at once: who begins another subscription must not join a group whose entries of this pass are still to go
        // out
        again.addAll(group.members);
    }

    // ---- one display

    /** Looks what a display needs: something to catch up with, a subscription to begin. */
    private void serve(Subscriber subscriber) {
        if (asks(subscriber) && (!subscriber.subscribed || mayChange(subscriber))) {
            subscriber.asks = true;
            asking.add(subscriber);
        }
        // what it still has to get goes with the answer: sent now, it could keep the answer from being taken, again and
        // again
        if (!subscriber.asks || !mayBegin(nanos.getAsLong())) {
            serve(subscriber, false);
        }
    }

    /** @param wants whether its subscription begins now, with what has been taken in */
    private void serve(Subscriber subscriber, boolean wants) {
        try {
            if (!wants && (subscriber.group == null || !lagging.contains(subscriber)) || !subscriber.link.takes(0)) {
                if (wants && subscriber.inSync()) {
                    // it is looked at again when it can take more, and with each scan
                    level(subscriber.group);
                    if (subscriber.inSync()) {
                        fallOut(subscriber, position, subscriber.group.count);
                    }
                }
                return;
            }
            if (subscriber.group != null) {
                level(subscriber.group);
            }
            if (subscribers.get(subscriber.link.id()) != subscriber) {
                return;
            }
            if (subscriber.group != null && lagging.contains(subscriber)) {
                catchUp(subscriber);
            } else {
                LinkMemory.Pending pending = pending(subscriber);
                if (pending != null) {
                    subscribe(subscriber, pending);
                }
            }
        } catch (RuntimeException | Error e) {
            failed(subscriber.link, e);
            if (subscribers.get(subscriber.link.id()) == subscriber && !subscriber.inSync()) {
                lagging.add(subscriber);
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
    private boolean mayChange(Subscriber subscriber) {
        long now = nanos.getAsLong();
        if (subscriber.changes) {
            return false;
        }
        if (now - subscriber.nextChange >= 0 && now - nextChange >= 0) {
            return true;
        }
        subscriber.changes = true;
        changing.add(subscriber);
        return false;
    }

    private static long later(long a, long b) {
        return a - b > 0 ? a : b;
    }

    private static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }

    private static int earlierViews(Subscriber a, Subscriber b) {
        int first = Long.compare(a.nextViews - b.nextViews, 0);
        return first != 0 ? first : Long.compare(a.link.id(), b.link.id());
    }

    private static int earlierChange(Subscriber a, Subscriber b) {
        int first = Long.compare(a.nextChange - b.nextChange, 0);
        return first != 0 ? first : Long.compare(a.link.id(), b.link.id());
    }

    /** A display has got an answer to a changed subscription. */
    private void changed(Subscriber subscriber, long began, int bytes) {
        long now = nanos.getAsLong();
        subscriber.nextChange = later(subscriber.nextChange, now - CHANGES_SAVED)
                + Math.max(CHANGE, bytes * TimeUnit.SECONDS.toNanos(1) / CHANGE_BYTES);
        if (subscriber.subscribed) {
            nextChange = later(nextChange, now - CHANGES_SAVED / CHANGES_SHARE) + (now - began) * CHANGES_SHARE;
        }
        subscriber.subscribed = true;
    }

    private static boolean asks(Subscriber subscriber) {
        return !subscriber.changes && !subscriber.asks && subscriber.memory.asked();
    }

    /** A subscription that was asked for and may be taken up, or null. */
    private static LinkMemory.Pending pending(Subscriber subscriber) {
        return asks(subscriber) ? subscriber.memory.pending().orElse(null) : null;
    }

    /** Begins a subscription of a display that has everything so far. One that has not does so with the last of it. */
    private void subscribe(Subscriber subscriber, LinkMemory.Pending pending) {
        CodecRef codec = codecs.apply(subscriber.codec);
        if (codec == null || journal == null) {
            // nobody tells when they are back: the scan looks
            if (subscriber.group == null) {
                lagging.add(subscriber);
            }
            return;
        }
        if (!subscriber.link.takes(size(pending.subscription()))) {
            full = subscriber.link.takes(0);
            if (subscriber.inSync()) {
                fallOut(subscriber, position, subscriber.group.count);
            } else if (subscriber.group == null && !full) {
                // its time comes again with the scan
                lagging.add(subscriber);
            }
            return;
        }
        long began = nanos.getAsLong();
        batch.clear();
        addSubscription(subscriber, codec, pending);
        synchronized (subscriber.link) {
            int bytes = batch.size();
            if (took(
                    subscriber,
                    subscriber.link.send(subscriber.owner, batch, position, subscriber.delivered, subscriber.due()))) {
                subscriber.cursor = position;
                changed(subscriber, began, bytes);
                begun(subscriber, pending);
            } else if (subscriber.inSync()) {
                // so that what comes meanwhile does not get ahead of it again and again
                fallOut(subscriber, position, subscriber.group.count);
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
    private void addSubscription(Subscriber subscriber, CodecRef codec, LinkMemory.Pending pending) {
        Subscription next = pending.subscription();
        pending.id()
                .map(id -> id instanceof Long n ? new RequestId.Number(n) : new RequestId.Text((String) id))
                .ifPresent(id ->
                        batch.add(codec.codec().encode(new ServerMessage.Ack(id, OptionalLong.empty())), codec.text()));
        if (!next.none() || !pending.silent()) {
            batch.add(snapshot(codec, next, subscriber.subscription, subscriber.subscription.none()), codec.text());
        }
    }

    /** The answer to a subscription is sent, and the display has everything up to the shard's position. */
    private void begun(Subscriber subscriber, LinkMemory.Pending pending) {
        part(subscriber);
        lagging.remove(subscriber);
        subscriber.subscription = pending.subscription();
        subscriber.memory.subscribed(pending, journal.epoch());
        subscriber.repeat = false;
        subscriber.aheadSeq = 0;
        if (!subscriber.subscription.none()) {
            join(subscriber);
            settled(subscriber, subscriber.dueAtCursor);
        }
        subscriber.link.resume();
    }

    /** The display has everything up to the shard's position, and {@code due} says how much that was. */
    private void settled(Subscriber subscriber, long due) {
        subscriber.cursor = position;
        subscriber.dueAtCursor = due;
        subscriber.base = subscriber.group.count - due;
        lagging.remove(subscriber);
        subscriber.group.enter(subscriber);
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
                control.add((ServerMessage.Control) CodecRef.message(entry, Extent.WHOLE));
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
        List<ServerMessage.Display> subscribers = new ArrayList<>(present.size());
        int bytes = 0;
        for (Entry entry : present.values()) {
            bytes += codec.encode(entry, Extent.WHOLE).length + 1;
            if (bytes > room) {
                leftOut(subscribers.size());
                break;
            }
            subscribers.add((ServerMessage.Display) CodecRef.message(entry, Extent.WHOLE));
        }
        return subscribers;
    }

    private void leftOut(int fit) {
        long now = nanos.getAsLong();
        if (now - leftOutTold >= LEFT_OUT_TOLD) {
            leftOutTold = now;
            LOG.warn("{} of {} displays fit into a snapshot; the others are left out", fit, present.size());
        }
    }

    private void catchUp(Subscriber subscriber) {
        CodecRef codec = codecs.apply(subscriber.codec);
        if (codec == null || journal == null) {
            return;
        }
        if (!subscriber.needsSnapshot && lost(subscriber, Math.max(subscriber.cursor, subscriber.aheadSeq))) {
            subscriber.needsSnapshot = true;
        }
        LinkMemory.Pending pending = pending(subscriber);
        if (subscriber.needsSnapshot) {
            startAnew(subscriber, codec, pending);
        } else if (subscriber.subscription.every()) {
            sendEach(subscriber, codec, pending);
        } else if (pending == null && subscriber.limited() && nanos.getAsLong() - subscriber.nextViews < 0) {
            sendAhead(subscriber, codec);
        } else {
            sendNewest(subscriber, codec, pending);
        }
    }

    /** Whether something behind a position that the display has to get one by one is gone. */
    private boolean lost(Subscriber subscriber, long after) {
        if (!subscriber.subscription.every()) {
            return !journal.holds(after, Set.of());
        }
        return !(subscriber.subscription.all()
                ? journal.holdsAll(after)
                : journal.holds(after, subscriber.subscription.cameras()));
    }

    /**
     * Sends the last of what a display had to catch up with, and begins the subscription that was asked for, if one
     * was.
     */
    private boolean sendLast(
            Subscriber subscriber, CodecRef codec, LinkMemory.Pending pending, long delivered, long due) {
        if (pending != null) {
            addSubscription(subscriber, codec, pending);
        }
        if (!took(subscriber, subscriber.link.send(subscriber.owner, batch, position, delivered, due))) {
            return false;
        }
        subscriber.delivered = delivered;
        settled(subscriber, due);
        return true;
    }

    private void startAnew(Subscriber subscriber, CodecRef codec, LinkMemory.Pending pending) {
        if (!subscriber.link.takes(size(subscriber.subscription))) {
            return;
        }
        batch.clear();
        long delivered = subscriber.delivered + subscriber.aheadCount;
        long due = subscriber.newEpoch ? subscriber.dueAtCursor + subscriber.aheadCount : subscriber.due();
        long refused = subscriber.refused + due - subscriber.dueAtCursor - subscriber.aheadCount;
        if (!subscriber.newEpoch) {
            batch.add(codec.codec().encode(new ServerMessage.Gap(subscriber.cursor + 1, position)), codec.text());
        }
        batch.add(snapshot(codec, subscriber.subscription, Subscription.NONE, true), codec.text());
        ping(subscriber);
        synchronized (subscriber.link) {
            if (!sendLast(subscriber, codec, pending, delivered, due)) {
                return;
            }
            subscriber.memory.refused(refused);
            subscriber.memory.streams(journal.epoch());
            subscriber.refused = refused;
            subscriber.needsSnapshot = false;
            subscriber.newEpoch = false;
            subscriber.repeat = false;
            subscriber.aheadCount = 0;
            subscriber.aheadSeq = 0;
            if (pending != null) {
                begun(subscriber, pending);
            }
        }
    }

    private void sendEach(Subscriber subscriber, CodecRef codec, LinkMemory.Pending pending) {
        for (int turn = 0; turn < CATCH_UP_TURNS; turn++) {
            long at = subscriber.cursor;
            long to = at;
            int n = 0;
            batch.clear();
            while (to < position && batch.size() < CATCH_UP_BYTES) {
                Page page = journal.read(to, PASS);
                if (page.gone() > 0 && lost(subscriber, to)) {
                    break;
                }
                for (Entry entry : page.entries()) {
                    Interest interest = subscriber.group.interest(entry);
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
            ping(subscriber);
            if (to == position) {
                synchronized (subscriber.link) {
                    if (sendLast(subscriber, codec, pending, subscriber.delivered + n, subscriber.dueAtCursor + n)
                            && pending != null) {
                        begun(subscriber, pending);
                    }
                }
                return;
            }
            if (!took(
                    subscriber,
                    subscriber.link.send(
                            subscriber.owner, batch, to, subscriber.delivered + n, subscriber.dueAtCursor + n))) {
                return;
            }
            subscriber.cursor = to;
            subscriber.delivered += n;
            subscriber.dueAtCursor += n;
        }
        again.add(subscriber);
    }

    private void sendNewest(Subscriber subscriber, CodecRef codec, LinkMemory.Pending pending) {
        List<Entry> entries = new ArrayList<>();
        int repeated = 0;
        for (Entry entry : views.values()) {
            if (wantsView(subscriber, entry)) {
                entries.add(entry);
                if (subscriber.repeat && entry.seq() <= subscriber.repeatTo) {
                    repeated++;
                }
            }
        }
        if (!addOrdered(subscriber, entries)) {
            return;
        }
        entries.sort(Comparator.comparingLong(Entry::seq));
        batch.clear();
        for (Entry entry : entries) {
            Interest interest = subscriber.group.interest(entry);
            boolean repeatedView = !interest.view && entry.seq() <= subscriber.cursor;
            batch.add(codec.encode(entry, repeatedView ? Extent.VIEW : interest.extent), codec.text());
        }
        ping(subscriber);
        synchronized (subscriber.link) {
            if (!sendLast(
                    subscriber,
                    codec,
                    pending,
                    subscriber.delivered + entries.size() - repeated + subscriber.aheadCount,
                    subscriber.due())) {
                return;
            }
            subscriber.aheadCount = 0;
            if (subscriber.repeat) {
                subscriber.repeat = false;
                subscriber.memory.repeated();
            }
            if (subscriber.limited()) {
                // not later than asked for, but a late one is not made up for by one too early
                long period = subscriber.period();
                scheduleViews(subscriber, Math.max(subscriber.nextViews, nanos.getAsLong() - period / 10) + period);
                subscriber.memory.viewsFrom(subscriber.nextViews);
            }
            if (pending != null) {
                begun(subscriber, pending);
            }
        }
    }

    /**
     * Whether a camera's newest view is still to be sent, or sent again. A transaction comes whole with what is
     * ordered; of one that the display has had only the view can be repeated.
     */
    private static boolean wantsView(Subscriber subscriber, Entry entry) {
        Interest interest = subscriber.group.interest(entry);
        if (interest.view) {
            return subscriber.repeat || entry.seq() > subscriber.cursor;
        }
        return interest == Interest.ORDERED && subscriber.repeat && entry.seq() <= subscriber.cursor;
    }

    /** A display with a rate whose time has not come: only what is ordered, ahead of the views held back. */
    private void sendAhead(Subscriber subscriber, CodecRef codec) {
        if (!subscriber.timed) {
            subscriber.timed = true;
            timed.add(subscriber);
        }
        List<Entry> entries = new ArrayList<>();
        if (!addOrdered(subscriber, entries) || entries.isEmpty()) {
            return;
        }
        batch.clear();
        for (Entry entry : entries) {
            batch.add(codec.encode(entry, subscriber.group.interest(entry).extent), codec.text());
        }
        synchronized (subscriber.link) {
            if (took(
                    subscriber,
                    subscriber.link.send(
                            subscriber.owner,
                            batch,
                            subscriber.cursor,
                            subscriber.delivered,
                            subscriber.dueAtCursor))) {
                subscriber.aheadCount += entries.size();
                subscriber.aheadSeq = entries.get(entries.size() - 1).seq();
                subscriber.memory.ahead(subscriber.aheadSeq);
            }
        }
    }

    /**
     * Adds what is ordered and was not sent. @return false if some of it went while it was read: the next turn finds
     * out
     */
    private boolean addOrdered(Subscriber subscriber, List<Entry> to) {
        long after = Math.max(subscriber.cursor, subscriber.aheadSeq);
        for (long at = after; at < position; ) {
            Page page = journal.readOrdered(at, 1024);
            for (Entry entry : page.entries()) {
                Interest interest = subscriber.group.interest(entry);
                if (entry.seq() <= position && interest.wanted() && !interest.view) {
                    to.add(entry);
                }
            }
            at = page.to();
        }
        if (lost(subscriber, after)) {
            again.add(subscriber);
            return false;
        }
        return true;
    }

    private void ping(Subscriber subscriber) {
        long now = nanos.getAsLong();
        if (batch.receipts() && subscriber.wantsPing(now)) {
            subscriber.pinged(now);
            batch.ping();
        }
    }

    private boolean took(Subscriber subscriber, Link.Sent sent) {
        if (sent == Link.Sent.CLOSED || sent == Link.Sent.NOT_OWNER) {
            drop(subscriber);
        }
        return sent == Link.Sent.TAKEN;
    }

    // ---- time

    private boolean timers() {
        long now = nanos.getAsLong();
        boolean any = false;
        while (!timed.isEmpty() && timed.first().nextViews - now <= 0) {
            any = true;
            Subscriber subscriber = timed.pollFirst();
            subscriber.timed = false;
            if (lagging.contains(subscriber)) {
                serve(subscriber);
            }
        }
        while (!changing.isEmpty() && changing.first().nextChange - now <= 0 && nextChange - now <= 0) {
            any = true;
            Subscriber subscriber = changing.pollFirst();
            subscriber.changes = false;
            serve(subscriber);
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
            Subscriber subscriber = beating.pollFirst();
            boolean sent = false;
            try {
                sent = heartbeat(subscriber, now);
            } catch (RuntimeException | Error e) {
                failed(subscriber.link, e);
            }
            if (subscribers.get(subscriber.link.id()) == subscriber) {
                if (!sent) {
                    // one that is busy is looked at when it can take more
                    subscriber.missesBeat = true;
                    subscriber.nextHeartbeat = now + BEAT_AGAIN;
                }
                beating.add(subscriber);
            }
        }
    }

    /** A display that could not be given its heartbeat may take it now. */
    private void beatAgain(Subscriber subscriber) {
        if (subscriber.missesBeat && beating.remove(subscriber)) {
            subscriber.nextHeartbeat = nanos.getAsLong();
            subscriber.missesBeat = false;
            beating.add(subscriber);
        }
    }

    private static int beforeOrAfter(Subscriber a, Subscriber b) {
        int first = Long.compare(a.nextHeartbeat - b.nextHeartbeat, 0);
        return first != 0 ? first : Long.compare(a.link.id(), b.link.id());
    }

    /** Sets when the views of a display with a rate may go out next. */
    private void scheduleViews(Subscriber subscriber, long at) {
        if (subscriber.timed) {
            timed.remove(subscriber);
            subscriber.timed = false;
        }
        subscriber.nextViews = at;
    }

    private static long interval(Subscriber subscriber) {
        // a scan earlier, so that the interval is the longest silence and not the shortest
        return TimeUnit.MILLISECONDS.toNanos(subscriber.memory.heartbeatInterval(HEARTBEAT_DEFAULT)) - SCAN;
    }

    /** @return whether it was sent */
    private boolean heartbeat(Subscriber subscriber, long now) {
        CodecRef codec = codecs.apply(subscriber.codec);
        if (codec == null || !subscriber.link.takes(0)) {
            return false;
        }
        if (subscriber.group != null) {
            level(subscriber.group);
        }
        boolean here = subscriber.group == null || subscriber.inSync();
        long cursor = here && journal != null ? position : subscriber.cursor;
        long due = here ? subscriber.due() : subscriber.dueAtCursor;
        batch.clear();
        batch.add(
                codec.codec()
                        .encode(new ServerMessage.Heartbeat(
                                micros.getAsLong(),
                                cursor,
                                subscriber.delivered,
                                due - subscriber.delivered - subscriber.refused,
                                subscriber.refused)),
                codec.text());
        batch.ping();
        subscriber.pinged(now);
        if (took(subscriber, subscriber.link.send(subscriber.owner, batch, cursor, subscriber.delivered, due))) {
            subscriber.memory.heartbeatSent(now);
            subscriber.nextHeartbeat = now + interval(subscriber);
            subscriber.missesBeat = false;
            if (subscriber.group == null && journal != null) {
                subscriber.memory.epoch(journal.epoch());
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
